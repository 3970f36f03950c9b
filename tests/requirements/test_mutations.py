"""No file breaks the reader: definitions with anything anywhere, and bytes that once were a definition.

``--hypothesis-profile soak`` tries ten times as many.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from probe import plan, requirements
from probe.requirements.definitions import UnreadableDefinitionError, load

MOST = max(1_000, settings().max_examples)
SECRET = "arn:aws:secretsmanager:eu-north-1:123456789012:secret:"
PARAMETER = "arn:aws:ssm:eu-west-1:123456789012:parameter/db"
ECR = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
WHOLE: dict[str, Any] = {
    "family": "checkout",
    "containerDefinitions": [
        {
            "name": "app",
            "image": f"{ECR}/a:1",
            "repositoryCredentials": {"credentialsParameter": f"{SECRET}login"},
            "secrets": [{"name": "A", "valueFrom": f"{SECRET}db:k::"}, {"name": "B", "valueFrom": PARAMETER}],
            "environmentFiles": [{"value": "arn:aws:s3:::settings/app.env", "type": "s3"}],
            "firelensConfiguration": {
                "type": "fluentd",
                "options": {"config-file-type": "s3", "config-file-value": "arn:aws:s3:::settings/x.conf"},
            },
            "credentialSpecs": ["credentialspec:arn:aws:s3:::settings/spec.json"],
            "logConfiguration": {
                "logDriver": "awsfirelens",
                "options": {"Name": "splunk", "Host": "splunk.example.com", "Port": "8088"},
                "secretOptions": [{"name": "token", "valueFrom": "token"}],
            },
        }
    ],
    "executionRoleArn": "arn:aws:iam::123456789012:role/exec",
    "volumes": [{"name": "v", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}],
}
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=20),
    st.sampled_from(
        ["", "${X}", "{{", "arn:::::::", "arn:aws:s3", "splunk://[", "http://a:99999/", "a:b:c:d"]
    ),
    st.sampled_from(["awslogs", "s3", "A", "a@b", f"{ECR}/", f"{SECRET}a:b"]),
    st.builds(list),
    st.builds(dict),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to every value inside a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, inner in items for place in places(inner, (*path, key)))]


def answered(definition: Any) -> tuple[bool, int]:
    """Whether the list can be printed, and how many of the eight services the plan measures."""
    found = requirements.needs(definition, region="us-east-1", account="123456789012")
    targets = plan.targets(found.requirements, region="us-east-1", account="123456789012")
    return bool(msgspec.json.encode(found)), len({one.name for one in targets[:8]})


@settings(max_examples=MOST, deadline=None)
@given(data=st.data())
def test_no_mutated_definition_breaks_the_reader(data: st.DataObject) -> None:
    """Anything anywhere: what has the wrong type counts as absent, and the answer is always JSON."""
    mutated = copy.deepcopy(WHOLE)
    for place in data.draw(st.lists(st.sampled_from(places(WHOLE)[1:]), min_size=1, max_size=3)):
        inner: Any = mutated
        try:
            for key in place[:-1]:
                inner = inner[key]
            inner[place[-1]] = data.draw(LEAVES)
        except (KeyError, IndexError, TypeError):
            continue
    assert (True, 8) == answered(mutated)


SHAPES = (
    WHOLE,
    {"taskDefinition": WHOLE},
    WHOLE["containerDefinitions"],
    {"Resources": {"Task": {"Type": "AWS::ECS::TaskDefinition", "Properties": WHOLE}}},
    {"container_definitions": json.dumps(WHOLE["containerDefinitions"])},
)
SCRAPS = st.one_of(
    st.binary(max_size=6),
    st.sampled_from(
        [b"", b"{", b"}", b"[", b'"', b",", b"null", b"\\ud800", b"{{", b"# x\n", b"1e999", b"NaN"]
    ),
)


@settings(max_examples=MOST, deadline=None)
@given(
    shape=st.sampled_from(SHAPES),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]),
    cuts=st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 40), SCRAPS), max_size=3),
)
def test_no_damaged_file_breaks_the_reader(
    shape: Any, encoding: str, cuts: list[tuple[int, int, bytes]]
) -> None:
    """Bytes lost, or others in their place: a list all the same, or a complaint on one line."""
    written = json.dumps(shape, indent=1).encode(encoding)
    for start, length, scrap in cuts:
        written = written[:start] + scrap + written[start + length :]
    try:
        told = answered(load(written))
    except UnreadableDefinitionError as error:
        told = (len(str(error).splitlines()) == 1 and bool(str(error).encode()), 8)
    assert (True, 8) == told
