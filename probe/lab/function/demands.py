"""What CreateFunction demands of its parameters, in Lambda's words.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
"""

from __future__ import annotations

import json
import platform
import re
import sys
from collections.abc import Mapping
from typing import Any

from probe.lab.api.errors import ApiError
from probe.lab.function.shelf import plain_name

MOST_VARIABLES = 4096
"""Bytes of all environment variables together."""

OWN_RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
"""The one runtime that the lab has: its own interpreter."""

RESERVED = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)
"""Variables that nobody may set.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

_LONGEST_NAME = 64
_NAME = re.compile(r"[a-zA-Z0-9-_]+")
_ROLE = re.compile(r"arn:aws[a-zA-Z-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+")
_RANGES = {"Timeout": ("timeout", 1, 900), "MemorySize": ("memorySize", 128, 10_240)}
_ARCHITECTURES = {"x86_64": "x86_64", "aarch64": "arm64"}
_VARIABLES = (
    "Lambda was unable to configure your environment variables because the environment variables you have "
    "provided "
)
_PATTERN = "Member must satisfy regular expression pattern: "


def check(params: Mapping[str, Any]) -> None:
    """Raise ApiError for the first demand that a request does not meet."""
    _check_name(params["FunctionName"])
    _check_role(params["Role"])
    for key, (name, least, most) in _RANGES.items():
        _check_range(name, params.get(key, least), least, most)
    _check_variables((params.get("Environment") or {}).get("Variables") or {})
    _check_network(params.get("VpcConfig") or {})
    _check_code(params)


def _check_name(name: str) -> None:
    plain, qualifier = plain_name(name)
    if not _NAME.fullmatch(plain) or qualifier:
        raise _constraint(name, "functionName", _PATTERN + _NAME.pattern)
    if len(plain) > _LONGEST_NAME:
        text = f"Member must have length less than or equal to {_LONGEST_NAME}"
        raise _constraint(name, "functionName", text)


def _check_role(role: str) -> None:
    if not _ROLE.fullmatch(role):
        raise _constraint(role, "role", _PATTERN + _ROLE.pattern)


def _check_range(name: str, value: int, least: int, most: int) -> None:
    if value < least:
        raise _constraint(value, name, f"Member must have value greater than or equal to {least}")
    if value > most:
        raise _constraint(value, name, f"Member must have value less than or equal to {most}")


def _check_variables(variables: Mapping[str, str]) -> None:
    reserved = sorted(RESERVED & variables.keys())
    if reserved:
        raise _invalid(
            f"{_VARIABLES}contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    if len(json.dumps(variables, separators=(",", ":"), ensure_ascii=False).encode()) > MOST_VARIABLES:
        raise _invalid(f"{_VARIABLES}exceeded the 4KB limit.")


def _check_network(network: Mapping[str, Any]) -> None:
    subnets, groups = network.get("SubnetIds"), network.get("SecurityGroupIds")
    if bool(subnets) != bool(groups):
        raise _invalid("SubnetIds and SecurityIds must coexist or be both empty list.")
    if not subnets:
        raise _lacking("a function outside a VPC")


def _check_code(params: Mapping[str, Any]) -> None:
    if params.get("PackageType", "Zip") != "Zip" or "ZipFile" not in params["Code"]:
        raise _lacking("code that is not a zip in the request (Code.ZipFile)")
    if not params.get("Runtime") or not params.get("Handler"):
        raise _invalid(
            "Runtime and Handler are mandatory parameters for functions created with deployment packages."
        )
    if params["Runtime"] != OWN_RUNTIME:
        raise _lacking(f"the runtime {params['Runtime']}; its own interpreter is {OWN_RUNTIME}")
    wanted, own = (params.get("Architectures") or ["x86_64"])[0], _ARCHITECTURES.get(platform.machine(), "")
    if wanted != own:
        raise _lacking(f"the architecture {wanted}; this machine is {own or platform.machine()}")


def _constraint(value: object, name: str, text: str) -> ApiError:
    said = f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: {text}"
    return ApiError("ValidationException", said)


def _invalid(text: str) -> ApiError:
    return ApiError("InvalidParameterValueException", text)


def _lacking(what: str) -> ApiError:
    return ApiError("NotImplemented", f"the lab lacks this: {what}", status=501)
