"""Whether the names that AWS and Git have are those of one person."""

import pytest

from release_evidence.people import People, handles, name_of, names_in_git
from release_manifest import Person

ACCOUNT = "444455556666"
SSO = f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_Approver_0123456789abcdef"


@pytest.mark.parametrize(
    ("principal", "name"),
    [
        (f"{SSO}/jane@example.com", "jane@example.com"),
        (f"arn:aws:iam::{ACCOUNT}:user/jane", "jane"),
        (f"arn:aws:iam::{ACCOUNT}:user/team/web/jane", "jane"),
        (f"arn:aws-us-gov:sts::{ACCOUNT}:federated-user/jane", "jane"),
        ("jane", "jane"),
    ],
)
def test_a_session_and_a_user_have_the_name_of_a_person(principal: str, name: str) -> None:
    assert name_of(principal) == name


@pytest.mark.parametrize(
    "principal",
    [
        "",
        f"arn:aws:iam::{ACCOUNT}:root",
        f"arn:aws:iam::{ACCOUNT}:role/Approver",
        f"arn:aws:events:eu-west-1:{ACCOUNT}:rule/start",
        *(
            f"arn:aws:sts::{ACCOUNT}:assumed-role/Approver/{session}"
            for session in (
                "botocore-session-1700000000",
                "aws-go-sdk-1700000000000000000",
                "aws-sdk-js-1700000000000",
                "aws-cli-session",
                "AWSCLI-Session",
                "i-0123456789abcdef0",
                "1700000000",
                "01234567-0123-0123-0123-012345678901",
                "session1",
            )
        ),
    ],
)
def test_what_a_machine_calls_itself_is_nobodys_name(principal: str) -> None:
    assert name_of(principal) == ""


@pytest.mark.parametrize(
    ("session", "author"),
    [
        ("jane@example.com", Person(name="J", email="jane@example.com")),
        ("Jane@Example.com", Person(name="", email="jane@example.COM")),
        ("jane.doe", Person(name="Jane Doe", email="jd@example.com")),
        ("jane.doe@example.com", Person(name="J", email="JaneDoe@elsewhere.example")),
        ("jane", Person(name="J", email="jane+work@example.com")),
        ("jane", Person(name="J", email="12345+jane@users.noreply.github.com")),
        ("jane-doe", Person(name="J", email="12345-jane-doe@users.noreply.gitlab.com")),
        ("jose", Person(name="José", email="x@example.com")),
        ("jane", Person(name="Jane", email="")),
    ],
)
def test_a_session_is_matched_with_mail_local_part_and_name_of_git(session: str, author: Person) -> None:
    assert People().are_one([session], names_in_git(author))


@pytest.mark.parametrize(
    ("session", "author"),
    [
        ("kim@example.com", Person(name="Jane Doe", email="jane@example.com")),
        ("jane", Person(name="", email="")),
        ("doe", Person(name="Jane Doe", email="jane@example.com")),
    ],
)
def test_others_are_others(session: str, author: Person) -> None:
    assert not People().are_one([session], names_in_git(author))


def test_people_who_have_other_names_are_found_by_the_map_in_both_directions() -> None:
    people = People(known={"jane@example.com": ["jdoe", "12345+octo@users.noreply.github.com"]})
    octo = Person(name="Octo", email="12345+octo@users.noreply.github.com")
    assert people.are_one(["jdoe"], names_in_git(octo))
    assert people.are_one(["JANE@example.com"], names_in_git(octo))
    assert people.are_one(["jane"], ["jdoe"])
    assert not people.are_one(["kim"], names_in_git(octo))


def test_the_map_tells_two_apart_who_share_a_name() -> None:
    two = People(known={"jane@example.com": ["Jane"], "jane@other.example": ["j.other"]})
    assert not two.are_one(["jane@example.com"], ["jane@other.example"])
    assert People().are_one(["jane@example.com"], ["jane@other.example"])


@pytest.mark.parametrize("name", ["", "...", " ", "+@example.com"])
def test_a_name_without_a_letter_matches_nobody(name: str) -> None:
    assert handles(name) == set()
