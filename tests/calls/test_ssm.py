"""Parameters go in batches of ten, and every culprit is found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from probe.calls import ssm
from probe.model import Call, Observation
from tests.clients import DENIED, Answer, answering
from tests.vantages import target, vantage

ARN = "arn:aws:ssm:eu-north-1:123456789012:parameter"


def calls(*names: str) -> tuple[Call, ...]:
    """One call a parameter."""
    return tuple(Call(operation="ssm:GetParameters", reference=name) for name in names)


def batch(*names: str, absent: Sequence[str] = (), **refusal: Any) -> Answer:
    """A batch's answer; values are canaries."""
    asked = {"Names": list(names), "WithDecryption": True}
    present = [{"Name": name, "Value": "canary-77b1"} for name in names if name not in absent]
    missing = {"InvalidParameters": list(absent)} if absent else {}
    return Answer("get_parameters", asked, {"Parameters": present, **missing}, **refusal)


def get(asked: tuple[Call, ...], answers: Sequence[Answer]) -> dict[str | None, Observation]:
    """What the calls come to, by reference."""
    with answering("ssm", answers) as client:
        told = list(ssm.run(asked, target(service="ssm"), (), vantage(clients={"ssm": client})))
    assert b"canary" not in msgspec.json.encode(told)
    return {one.reference: one for one in told}


def test_ten_parameters_are_one_request_and_no_value_is_told() -> None:
    """Ten names are one batch, with decryption."""
    names = [f"/app/{number}" for number in range(10)]
    told = get(calls(*names), [batch(*names)])
    assert dict.fromkeys(names, "pass") == {name: one.status.value for name, one in told.items()}


@pytest.mark.parametrize(
    ("asked", "absent"),
    [("/app/gone", "/app/gone"), (f"{ARN}/app/gone", "/app/gone"), (f"{ARN}/gone", f"{ARN}/gone")],
    ids=["name", "arn-told-by-name", "arn"],
)
def test_an_absent_parameter_is_not_found_and_alone(asked: str, absent: str) -> None:
    """InvalidParameters names the absent ones; the others of the batch pass."""
    answer = batch(asked, "/app/here")._replace(
        answer={"Parameters": [{"Name": "/app/here", "Value": "v"}], "InvalidParameters": [absent]}
    )
    told = get(calls(asked, "/app/here"), [answer])
    missing = told[asked].failure
    assert missing is not None
    assert ("not-found", "InvalidParameters", "pass") == (
        missing.kind.value,
        missing.code,
        told["/app/here"].status.value,
    )


class PickyClient:
    """A client that refuses any request with a denied name in it, and counts."""

    def __init__(self, denied: set[str]) -> None:
        self.denied, self.asked = denied, list[list[str]]()

    def get_parameters(self, *, Names: list[str], WithDecryption: bool) -> dict[str, Any]:  # noqa: N803  AWS's
        """As SSM: the whole batch is refused, naming one."""
        assert WithDecryption
        self.asked.append(Names)
        refused = next((name for name in Names if name in self.denied), None)
        if refused is None:
            return {"Parameters": [], "InvalidParameters": []}
        words = DENIED.format(action="ssm:GetParameters", resource=f"{ARN}{refused}")
        error = {"Error": {"Code": "AccessDeniedException", "Message": words}}
        raise ClientError(error, "GetParameters")


def test_a_denied_batch_is_asked_for_singly() -> None:
    """Each culprit is told with its own resource, each other one passes, in one request more each."""
    client = PickyClient({"/a", "/c"})
    told = list(ssm.run(calls("/a", "/b", "/c"), target(service="ssm"), (), vantage(clients={"ssm": client})))
    found = {one.reference: one.failure.resource if one.failure else None for one in told}
    assert ({"/a": f"{ARN}/a", "/b": None, "/c": f"{ARN}/c"}, 4) == (found, len(client.asked))


class SilentClient:
    """A client whose endpoint does not answer."""

    def __init__(self) -> None:
        self.asked = 0

    def get_parameters(self, **_: object) -> dict[str, Any]:
        """A connect timeout, as botocore raises it."""
        self.asked += 1
        raise ConnectTimeoutError(endpoint_url="https://ssm.eu-north-1.amazonaws.com/")


def test_a_silent_endpoint_is_not_asked_again() -> None:
    """Asking singly would find no culprit, only wait."""
    client = SilentClient()
    told = list(ssm.run(calls("/a", "/b"), target(service="ssm"), (), vantage(clients={"ssm": client})))
    assert (["timeout", "timeout"], 1) == (
        [one.failure.kind.value for one in told if one.failure],
        client.asked,
    )
