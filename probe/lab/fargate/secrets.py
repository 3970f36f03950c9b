"""Stage one, first half: what ``secrets``, log ``secretOptions`` and registry credentials refer to.

Secrets come one ``GetSecretValue`` a distinct reference, in parallel; parameters in batches of ten a region.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from probe.lab.fargate import stops
from probe.lab.fargate.calls import SECRETS, SSM, Caller, CallError, call, cancelled

_SECRET_PARTS = (7, 10)
"""Colon-separated parts of a secret's ARN: bare, or with JSON key, version stage and version id."""

_BATCH = 10
_ONCE = "service call has been retried 1 time(s)"
_EXPONENT_FROM = 6
_EXPONENT_BELOW = -4
"""Go's %v turns to exponents outside these."""


@dataclass(frozen=True, order=True)
class SecretReference:
    """One ``valueFrom`` that names a secret."""

    arn: str
    key: str = ""
    stage: str = ""
    version: str = ""

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]


def values(caller: Caller, references: Iterable[str], region: str) -> dict[str, str]:
    """The value of every ``valueFrom``, by that text.  ``region`` is the task's.  Raises StartError."""
    distinct = sorted(set(references))
    secrets = [text for text in distinct if is_secret(text)]
    parameters = [text for text in distinct if not is_secret(text)]
    return _secrets(caller, secrets) | _parameters(caller, parameters, region)


def is_secret(value_from: str) -> bool:
    """Whether a ``valueFrom`` names a secret; what does not is a parameter's ARN or name."""
    return value_from.startswith("arn:") and value_from.split(":")[2:3] == ["secretsmanager"]


def parse_secret(value_from: str) -> SecretReference:
    """Take a ``valueFrom`` apart as the agent does.  Raises StartError for a wrong number of parts."""
    parts = value_from.split(":")
    if len(parts) not in _SECRET_PARTS:
        raise stops.secret_wrong(
            "an invalid ARN format for the AWS Secrets Manager secret was specified. "
            "Specify a valid ARN and try again"
        )
    return SecretReference(":".join(parts[:7]), *parts[7:])


def registry_login(caller: Caller, value_from: str, region: str) -> tuple[str, str]:
    """User name and password of a private registry.  ``value_from`` is an ARN, or a bare name."""
    reference = parse_secret(value_from) if is_secret(value_from) else SecretReference(value_from)
    text = _secret_string(caller, reference, reference.region if is_secret(value_from) else region)
    try:
        login = json.loads(text)
        return str(login["username"]), str(login["password"])
    except (ValueError, KeyError, TypeError):
        raise stops.secret_wrong("unable to unmarshal secret value, invalid schema") from None


def _secrets(caller: Caller, texts: list[str]) -> dict[str, str]:
    references = {text: parse_secret(text) for text in texts}
    fetched = {SecretReference(r.arn, "", r.stage, r.version) for r in references.values()}
    if not fetched:
        return {}
    ordered = sorted(fetched)
    with ThreadPoolExecutor(max_workers=len(ordered)) as pool:
        found = dict(
            zip(ordered, pool.map(lambda one: _secret_string(caller, one, one.region), ordered), strict=True)
        )
    return {
        text: _pick(found[SecretReference(r.arn, "", r.stage, r.version)], r.key)
        for text, r in references.items()
    }


def _secret_string(caller: Caller, reference: SecretReference, region: str) -> str:
    params = {"SecretId": reference.arn, "VersionStage": reference.stage, "VersionId": reference.version}
    try:
        answer = call(
            caller,
            SECRETS,
            region,
            "GetSecretValue",
            {name: value for name, value in params.items() if value},
        )
    except CallError as error:
        if error.timed_out:
            raise stops.secret_unreachable(reference.arn, cancelled(SECRETS, "GetSecretValue")) from None
        if error.unanswered:
            raise stops.secret_unreachable(reference.arn, error.words) from None
        raise stops.secret_refused(reference.arn, error.words) from None
    return str(answer.get("SecretString", ""))


def _pick(text: str, key: str) -> str:
    if not key:
        return text
    try:
        parsed = json.loads(text)
    except ValueError:
        raise stops.secret_wrong(f"{_ONCE}: {_not_json(text)}") from None
    if not isinstance(parsed, dict) or key not in parsed:
        missing = f"retrieved secret from Secrets Manager did not contain json key {key}"
        raise stops.secret_wrong(f"{_ONCE}: {missing}")
    return go_value(parsed[key])


def _not_json(text: str) -> str:
    """How Go complains of what is not JSON."""
    if not text.strip():
        return "unexpected end of JSON input"
    return f"invalid character '{text.strip()[0]}' looking for beginning of value"


def go_value(value: Any) -> str:
    """A decoded JSON value as Go's ``%v`` prints it: the agent's rendering, with its surprises."""
    match value:
        case None:
            return "<nil>"
        case bool():
            return str(value).lower()
        case int() | float():
            return _go_float(float(value))
        case list():
            return "[" + " ".join(go_value(one) for one in value) + "]"
        case dict():
            return "map[" + " ".join(f"{key}:{go_value(one)}" for key, one in sorted(value.items())) + "]"
        case _:
            return str(value)


def _go_float(number: float) -> str:
    _, digits, shift = Decimal(repr(number)).normalize().as_tuple()
    exponent = len(digits) + int(shift) - 1
    if number == 0 or _EXPONENT_BELOW <= exponent < _EXPONENT_FROM:
        return repr(number).removesuffix(".0")
    mantissa = str(digits[0]) + ("." + "".join(map(str, digits[1:])) if len(digits) > 1 else "")
    return f"{'-' if number < 0 else ''}{mantissa}e{exponent:+03d}"


def _parameters(caller: Caller, texts: list[str], region: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for where in sorted({_region(text, region) for text in texts}):
        here = [text for text in texts if _region(text, region) == where]
        for start in range(0, len(here), _BATCH):
            found |= _parameter_batch(caller, here[start : start + _BATCH], where)
    return found


def _region(text: str, default: str) -> str:
    return text.split(":")[3] if text.startswith("arn:") else default


def _name(text: str) -> str:
    """The parameter's own name: of an ARN what follows ``parameter``, whose slash belongs to a path."""
    if not text.startswith("arn:"):
        return text
    name = text.split(":", 5)[5].removeprefix("parameter")
    return name if name.count("/") > 1 else name.removeprefix("/")


def _parameter_batch(caller: Caller, texts: list[str], region: str) -> dict[str, str]:
    wanted = {_name(text): text for text in texts}
    try:
        answer: Mapping[str, Any] = call(
            caller, SSM, region, "GetParameters", {"Names": list(wanted), "WithDecryption": True}
        )
    except CallError as error:
        if error.timed_out:
            raise stops.parameters_unreachable(cancelled(SSM, "GetParameters")) from None
        if error.unanswered:
            raise stops.parameters_unreachable(error.words) from None
        raise stops.parameters_refused(error.words) from None
    if answer.get("InvalidParameters"):
        raise stops.parameters_invalid(list(answer["InvalidParameters"]))
    return {wanted[_found_name(one, wanted)]: str(one["Value"]) for one in answer["Parameters"]}


def _found_name(parameter: Mapping[str, Any], wanted: Mapping[str, str]) -> str:
    name = str(parameter["Name"])
    selected = name + str(parameter.get("Selector", ""))
    return selected if selected in wanted else name
