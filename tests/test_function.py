"""The function's entry: a Work in, observations out, and nothing of boto3 in between."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import msgspec
import pytest

from probe.function import handler
from probe.model import Layer, Target, Work
from tests.loopback import listener, silent


def a_work(port: int) -> dict[str, Any]:
    """One target on this machine, from DNS to TCP."""
    target = Target(
        name="here",
        service="host",
        host="127.0.0.1",
        port=port,
        region="us-east-1",
        needed=True,
        because="the test needs it",
        group="host",
        layers=(Layer.DNS, Layer.TCP),
    )
    work = Work(run="r", subnet="s", region="us-east-1", targets=(target,), connect_timeout=2, deadline=5)
    built: dict[str, Any] = msgspec.to_builtins(work)
    return built


def test_a_work_comes_back_as_observations() -> None:
    """Each step with its status, in JSON as Lambda takes it."""
    with listener(silent) as port:
        answer = json.loads(json.dumps(handler({"work": a_work(port)}, None)))
    assert [("resolve-system", "pass"), ("connect", "pass")] == [
        (one["operation"], one["status"]) for one in answer["observations"]
    ]


def test_a_work_that_cannot_be_read_is_lambdas_error() -> None:
    """The desk shows Lambda's words."""
    with pytest.raises(msgspec.ValidationError, match="targets"):
        handler({"work": {"run": "r", "subnet": "s", "region": "us-east-1"}}, None)


def test_it_reads_no_boto3_from_disk() -> None:
    """The package has none, and a function pays for every import."""
    with listener(silent) as port:
        script = (
            f"import json, sys; from probe.function import handler; "
            f"handler({{'work': json.loads({json.dumps(json.dumps(a_work(port)))})}}, None); "
            "print([name for name in sys.modules if name.partition('.')[0] in ('boto3', 'botocore')])"
        )
        ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"
