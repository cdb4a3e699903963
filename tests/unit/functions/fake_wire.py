"""Real boto3 clients with nothing behind them but a class of Python.

The clients build and check every request against AWS's own models, the answers are checked against the same models,
and only the wire between is missing.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import boto3
from botocore.validate import ParamValidator

from pipeline_job.clients import Clients

IAM_PREFIX = {"elbv2": "elasticloadbalancing"}


class CallError(Exception):
    """Makes the fake answer with an AWS error."""

    def __init__(self, code: str, message: str = "", status: int = 400) -> None:
        super().__init__(code)
        self.code, self.message, self.status = code, message or f"fake {code}", status


class FakeWire:
    """What answers the clients: a subclass has a method `_<service>_<Operation>` for each call that it knows."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.errors: dict[str, list[CallError]] = {}
        self.clients = Clients(make=self._client)

    def refuse(self, operation: str, code: str, *, times: int = 1, message: str = "", status: int = 400) -> None:
        """The next calls of an operation fail."""
        self.errors.setdefault(operation, []).extend([CallError(code, message, status)] * times)

    @property
    def actions(self) -> set[str]:
        """Every call made, as IAM action."""
        return {action for action, _ in self.calls}

    def asked(self, operation: str) -> list[dict[str, Any]]:
        """What each call of an operation asked for, in order."""
        return [params for action, params in self.calls if action.endswith(f":{operation}")]

    def _client(self, service: str) -> Any:
        client = boto3.client(service, region_name="eu-west-1", aws_access_key_id="fake", aws_secret_access_key="fake")
        heard: dict[str, Any] = {}

        def hear(params: dict[str, Any], **_: Any) -> None:
            heard["params"] = params

        def answer(model: Any, **_: Any) -> tuple[Any, dict[str, Any]]:
            self.calls.append((f"{IAM_PREFIX.get(service, service)}:{model.name}", dict(heard["params"])))
            return self._answer(service, model, heard["params"])

        client.meta.events.register("provide-client-params.*.*", hear)
        client.meta.events.register("before-call.*.*", answer)
        return client

    def _answer(self, service: str, model: Any, params: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        try:
            if self.errors.get(model.name):
                raise self.errors[model.name].pop(0)
            method: Callable[[dict[str, Any]], dict[str, Any]] = getattr(self, f"_{service}_{model.name}")
            parsed = method(params)
        except CallError as error:
            metadata = {"HTTPStatusCode": error.status}
            return SimpleNamespace(status_code=error.status), {
                "Error": {"Code": error.code, "Message": error.message},
                "ResponseMetadata": metadata,
            }
        if model.output_shape is not None:
            report = ParamValidator().validate(parsed, model.output_shape)
            assert not report.has_errors(), report.generate_report()
        return SimpleNamespace(status_code=200), {**parsed, "ResponseMetadata": {"HTTPStatusCode": 200}}
