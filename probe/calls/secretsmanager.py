"""``GetSecretValue``, one a distinct reference, and the key that is taken out of the value.

A value lives in ``_get`` and in what ``_get`` calls, and goes nowhere: not into a fact, a message, a
length or an exception that is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from probe import references
from probe.calls import signed
from probe.failures import UnusableAnswerError
from probe.model import Call, Kind, Observation, RequirementKind, Target
from probe.vantage import Facts, Vantage

_PLAIN = (1e-4, 1e6)
"""Between these Go's %v prints a number as people write it, and with an exponent outside."""


_ABSENT = object()


def run(
    calls: tuple[Call, ...], target: Target, _: tuple[Observation, ...], vantage: Vantage
) -> Iterator[Observation]:
    """One observation a reference; the facts ``key``, ``stage`` and ``version`` are the reference's own.

    The fact ``mangled`` says that the agent will inject a ``number``, an ``object`` or a ``null`` as Go
    prints it.
    """
    yield from signed.each(calls, target, vantage, "secretsmanager", _get)


def login(client: Any, written: str) -> str:
    """``USER:PASSWORD`` of a registry's credentials, for whoever logs in and for nobody else."""
    call = Call(operation="", reference=written, arguments={"use": RequirementKind.REGISTRY_CREDENTIALS})
    answer = client.get_secret_value(SecretId=written)
    return ":".join(str(_field(answer.get("SecretString", ""), key, call)) for key in _keys(call))


def _get(client: Any, call: Call, facts: Facts) -> None:
    asked = {"VersionStage": call.arguments.get("stage"), "VersionId": call.arguments.get("version")}
    facts.update(
        {name: call.arguments[name] for name in ("key", "stage", "version") if call.arguments.get(name)}
    )
    answer = client.get_secret_value(
        SecretId=references.secret_id(call.reference),
        **{name: value for name, value in asked.items() if value},
    )
    if "SecretString" not in answer:
        raise _unfit(
            Kind.INVALID_REFERENCE, "only a binary value is set, which ECS does not inject", "binary", call
        )
    for key in _keys(call):
        mangled = _mangled(_field(answer["SecretString"], key, call))
        facts.update({"mangled": mangled} if mangled else {})


def _keys(call: Call) -> tuple[str, ...]:
    """The JSON keys that are taken out of the value."""
    return ("username", "password") if _is_login(call) else tuple(filter(None, (call.arguments.get("key"),)))


def _is_login(call: Call) -> bool:
    return call.arguments.get("use") == RequirementKind.REGISTRY_CREDENTIALS


def _field(text: str, key: str, call: Call) -> object:
    """The field of the secret; raises where there is none."""
    try:
        value = msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError:
        raise _unfit(
            Kind.INVALID_REFERENCE, "the value is not a JSON object", "not-json", call, key
        ) from None
    found = _credential(value, key) if _is_login(call) else value.get(key, _ABSENT)
    if found is _ABSENT:
        raise _unfit(Kind.NOT_FOUND, f"the value has no JSON key {key}", "key-missing", call, key)
    return found


def _credential(value: dict[str, Any], key: str) -> object:
    """A registry's user or password as Go reads it into a struct: in any case, a text, and not empty."""
    found = next((part for name, part in value.items() if name.lower() == key), _ABSENT)
    return found if isinstance(found, str) and found else _ABSENT


def _mangled(value: object) -> str | None:
    match value:
        case None:
            return "null"
        case bool() | str():
            return None
        case int() | float():
            low, high = _PLAIN
            return None if value == 0 or low <= abs(value) < high else "number"
        case _:
            return "object"


def _unfit(kind: Kind, why: str, code: str, call: Call, key: str | None = None) -> UnusableAnswerError:
    secret = references.secret_id(call.reference)
    return UnusableAnswerError(
        kind, f"{secret}: {why}", code=code, resource=f"{secret}#{key}" if key else secret
    )
