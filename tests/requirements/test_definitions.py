"""Files to task definitions: every form that people keep one in, and exact complaints about the rest."""

from __future__ import annotations

import codecs
import json
from typing import Any

import pytest

from probe.requirements.definitions import UnreadableDefinitionError, load

CONTAINERS: list[dict[str, Any]] = [{"name": "app", "image": "nginx", "command": None}]
DEFINITION: dict[str, Any] = {"family": "checkout", "containerDefinitions": CONTAINERS}
TEXT = json.dumps(DEFINITION)


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16"),
        json.dumps({"taskDefinition": DEFINITION, "tags": []}).encode(),
    ],
    ids=["utf-8", "mark", "utf-16-le", "utf-16-le-without-mark", "utf-16", "wrapped"],
)
def test_a_definition_is_read_from_every_encoding_and_wrapper(data: bytes) -> None:
    """PowerShell's redirects write UTF-16; the AWS CLI wraps what it describes."""
    assert load(data) == DEFINITION


def test_a_bare_array_of_containers_is_a_definition() -> None:
    """Terraform's container_definitions are such an array."""
    assert load(json.dumps(CONTAINERS).encode()) == {"containerDefinitions": CONTAINERS}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "not JSON: Expecting value, line 1 column 1"),
        (b'$ aws ecs describe-task-definition\n{"a": 1}', "not JSON: Expecting value, line 1 column 1"),
        (b'{"essential": True}', "not JSON: Expecting value, line 1 column 15"),
        (b"{\n  # comment\n}", "line 2 column 3"),
        (b'{\n  "image": <IMAGE>\n}', "not JSON: Expecting value, line 2 column 12"),
        (b'"family": "a"\n}', "not JSON: Extra data, line 1 column 9"),
        (b'{"family":\n "\xff"}', "not text in utf-8: invalid start byte, line 2 column 3"),
        (b"[" * 100_000, "nested too deeply"),
        (b"9" * 5_000, "line 1 column 1"),
        (b"[]", "no task definition: the JSON value is not an object"),
        (b'[{"Effect": "Allow"}]', "no task definition: the JSON value is not an object"),
        (b"{}", "no task definition: it has no containerDefinitions (but nothing)"),
        (b'{"services": [], "failures": []}', "no task definition: it describes services"),
        (b'{"tasks": []}', "no task definition: it describes tasks"),
        (b'{"desiredCount": 1}', "no task definition: it is a service's definition"),
        (b'{"taskDefinition": {"containerDefinitions": 3}}', "containerDefinitions is not a list"),
    ],
)
def test_what_is_no_definition_says_why_and_where(data: bytes, expected: str) -> None:
    """Nothing is guessed: a lost brace, a comment or a prompt around the JSON is shown by line and column."""
    with pytest.raises(UnreadableDefinitionError) as refused:
        load(data)
    assert expected in str(refused.value)
