"""The login to CodeCommit's Git server, against a Signature Version 4 that is computed by hand."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta, timezone

import pytest
from botocore.credentials import Credentials
from botocore.exceptions import NoCredentialsError

from git_push.login import Address, Login, login
from git_push.remote import codecommit_remote

NOW = datetime(2026, 11, 23, 12, 34, 56, tzinfo=UTC)
# The example key of AWS's documentation.
KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
ADDRESS = Address(region="eu-west-1", repository="storefront")


def made(*, token: str | None = None, address: Address = ADDRESS, now: datetime = NOW) -> Login:
    return login(address, credentials=Credentials(KEY, SECRET, token), now=now)


def by_hand(*, host: str, region: str) -> str:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, step by step."""
    request = f"GIT\n/v1/repos/storefront\n\nhost:{host}\n\nhost\n"
    scope = f"20261123/{region}/codecommit/aws4_request"
    digest = hashlib.sha256(request.encode()).hexdigest()
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signed = f"AWS4-HMAC-SHA256\n20261123T123456\n{scope}\n{digest}"
    return hmac.new(key, signed.encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-west-1", "git-codecommit.eu-west-1.amazonaws.com"),
        ("us-gov-west-1", "git-codecommit.us-gov-west-1.amazonaws.com"),
        ("cn-north-1", "git-codecommit.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_the_password_is_a_time_and_the_signature_of_a_request_that_nobody_sends(region: str, host: str) -> None:
    address = Address(region=region, repository="storefront")
    assert address.url == f"https://{host}/v1/repos/storefront"
    assert made(address=address).password == f"20261123T123456Z{by_hand(host=host, region=region)}"


def test_the_time_is_signed_in_utc_whatever_the_clock_shows() -> None:
    assert made(now=NOW.astimezone(timezone(timedelta(hours=-7)))) == made()


def test_the_name_is_the_access_key_with_the_session_token_of_a_role() -> None:
    assert made().name == KEY
    assert made(token="session/token==").name == f"{KEY}%session/token=="


def test_no_login_is_shown_in_a_message() -> None:
    assert KEY not in repr(made(token="secret-token"))
    assert "secret-token" not in repr(made(token="secret-token"))


def test_the_repository_is_asked_with_the_credentials_of_the_runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("ACCESS_KEY_ID", KEY), ("SECRET_ACCESS_KEY", SECRET), ("SESSION_TOKEN", "of-the-role")):
        monkeypatch.setenv(f"AWS_{name}", value)
    remote = codecommit_remote(ADDRESS)
    assert remote.url == ADDRESS.url
    assert remote.login is not None
    known = remote.login()
    assert known.name == f"{KEY}%of-the-role"
    assert abs(datetime.strptime(known.password[:16], "%Y%m%dT%H%M%S%z") - datetime.now(tz=UTC)) < timedelta(minutes=1)


def test_a_runtime_without_credentials_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.session.Session.get_credentials", lambda _: None)
    remote = codecommit_remote(ADDRESS)
    assert remote.login is not None
    with pytest.raises(NoCredentialsError):
        remote.login()
