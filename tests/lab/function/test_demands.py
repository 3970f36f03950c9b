"""What CreateFunction demands of its parameters, before anything is made."""

from __future__ import annotations

import re
from typing import Any

import pytest

from probe.lab.api.errors import ApiError
from probe.lab.function import demands

ROLE = "arn:aws:iam::123456789012:role/service/run"
GOOD: dict[str, Any] = {
    "FunctionName": "run-probe_1",
    "Role": ROLE,
    "Runtime": demands.OWN_RUNTIME,
    "Handler": "app.handler",
    "Code": {"ZipFile": b"PK"},
    "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
}

ACCEPTED: dict[str, dict[str, Any]] = {
    "plain": {},
    "part-of-an-arn": {"FunctionName": "123456789012:function:run-probe"},
    "longest-name": {"FunctionName": "x" * 64},
    "least": {"Timeout": 1, "MemorySize": 128},
    "most": {"Timeout": 900, "MemorySize": 10_240},
    "variables": {"Environment": {"Variables": {"PROBE_PLAN": "x" * 4_079}}},
}


@pytest.mark.parametrize("request_", ACCEPTED)
def test_what_is_within_the_limits_is_accepted(request_: str) -> None:
    """At the very limit too; nothing is said then."""
    demands.check({**GOOD, **ACCEPTED[request_]})


VALIDATION, INVALID, LACKS = "ValidationException", "InvalidParameterValueException", "NotImplemented"
COEXIST = r"SubnetIds and SecurityIds must coexist or be both empty list\."
REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "name": ({"FunctionName": "run probe"}, VALIDATION, r".*'run probe' at 'functionName' failed .*"),
    "version": ({"FunctionName": "run:3"}, VALIDATION, r".*'run:3' at 'functionName' failed .*"),
    "long-name": ({"FunctionName": "x" * 65}, VALIDATION, r".* length less than or equal to 64"),
    "role": ({"Role": "run"}, VALIDATION, r".*'run' at 'role' failed .*"),
    "timeout": ({"Timeout": 901}, VALIDATION, r".*'901' at 'timeout' .* less than or equal to 900"),
    "memory": ({"MemorySize": 64}, VALIDATION, r".*'64' at 'memorySize' .* greater than or equal to 128"),
    "variables": ({"Environment": {"Variables": {"PROBE_PLAN": "x" * 4_080}}}, INVALID, r".*the 4KB limit\."),
    "reserved": ({"Environment": {"Variables": {"AWS_REGION": "x"}}}, INVALID, r".* request: AWS_REGION"),
    "subnets-alone": ({"VpcConfig": {"SubnetIds": ["subnet-1"]}}, INVALID, COEXIST),
    "groups-alone": ({"VpcConfig": {"SecurityGroupIds": ["sg-1"]}}, INVALID, COEXIST),
    "handler": ({"Handler": ""}, INVALID, r"Runtime and Handler are mandatory parameters .*"),
    "no-vpc": ({"VpcConfig": {}}, LACKS, r"the lab lacks this: a function outside a VPC"),
    "image": ({"Code": {"ImageUri": "x"}}, LACKS, r"the lab lacks this: code that is not a zip .*"),
    "runtime": ({"Runtime": "python3.2"}, LACKS, rf".* python3\.2; .* {re.escape(demands.OWN_RUNTIME)}"),
    "architecture": ({"Architectures": ["riscv"]}, LACKS, r"the lab lacks this: the architecture riscv; .*"),
}


@pytest.mark.parametrize("request_", REFUSED)
def test_what_is_beyond_them_is_refused(request_: str) -> None:
    """In Lambda's words; what only the lab lacks is said to be that."""
    fields, code, text = REFUSED[request_]
    with pytest.raises(ApiError) as caught:
        demands.check({**GOOD, **fields})
    assert code == caught.value.code
    assert re.fullmatch(text, caught.value.message), caught.value.message
