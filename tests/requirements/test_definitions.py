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


CAPITALISED = {
    "Family": "checkout",
    "ContainerDefinitions": [
        {
            "Name": "app",
            "Image": {"Fn::Sub": "${AWS::AccountId}.dkr.ecr.us-east-1.amazonaws.com/app"},
            "Secrets": [{"Name": "DB", "ValueFrom": {"Fn::Join": [":", ["arn:aws", {"Ref": "Secret"}]]}}],
            "LogConfiguration": {
                "LogDriver": "awsfirelens",
                "Options": {"Name": "s3", "total_file_size": "1M"},
            },
        }
    ],
    "ExecutionRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
    "Volumes": [{"Name": "v", "EFSVolumeConfiguration": {"FilesystemId": "fs-1"}}],
}
AS_THE_API = {
    "family": "checkout",
    "containerDefinitions": [
        {
            "name": "app",
            "image": "${AWS::AccountId}.dkr.ecr.us-east-1.amazonaws.com/app",
            "secrets": [{"name": "DB", "valueFrom": "arn:aws:${Secret}"}],
            "logConfiguration": {
                "logDriver": "awsfirelens",
                "options": {"Name": "s3", "total_file_size": "1M"},
            },
        }
    ],
    "executionRoleArn": "${Role.Arn}",
    "volumes": [{"name": "v", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}],
}


@pytest.mark.parametrize(
    "document",
    [
        {
            "Resources": {
                "Task": {"Type": "AWS::ECS::TaskDefinition", "Properties": CAPITALISED},
                "Other": None,
            }
        },
        {"TaskDefinition": CAPITALISED, "Tags": []},
        [CAPITALISED],
    ],
    ids=["cloudformation", "powershell", "array"],
)
def test_capitalised_keys_are_the_apis(document: Any) -> None:
    """A template's functions become placeholders; the keys of options are the user's own and stay."""
    assert load(json.dumps(document).encode()) == AS_THE_API


TEMPLATE = """\
AWSTemplateFormatVersion: 2010-09-09
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: checkout
      ExecutionRoleArn: !GetAtt Role.Arn
      ContainerDefinitions:
        - Name: app
          Image: !Sub "${AWS::AccountId}.dkr.ecr.us-east-1.amazonaws.com/app"
          Secrets: [{Name: DB, ValueFrom: !Join [":", ["arn:aws", !Ref Secret]]}]
          LogConfiguration: {LogDriver: awsfirelens, Options: {Name: s3, total_file_size: 1M}}
      Volumes: [{Name: v, EFSVolumeConfiguration: {FilesystemId: fs-1}}]
"""


def test_a_template_in_yaml_is_read_like_one_in_json() -> None:
    """Short tags are the functions that they stand for, and a date is a text."""
    assert load(TEMPLATE.encode()) == AS_THE_API


def test_a_definition_in_yaml_is_the_one_in_json() -> None:
    """What ``aws ecs register-task-definition --cli-input-yaml`` takes; a bare list of containers, too."""
    containers = "- name: app\n  image: nginx\n  command: null\n"
    whole = f"family: checkout\ncontainerDefinitions:\n{containers}"
    assert DEFINITION == load(whole.encode())
    assert {"containerDefinitions": CONTAINERS} == load(containers.encode())


UNDERSCORED = {
    "family": "checkout",
    "container_definitions": json.dumps(CONTAINERS),
    "execution_role_arn": "arn:aws:iam::123456789012:role/exec",
    "volume": [],
    "volumes": [{"name": "v", "efs_volume_configuration": [{"file_system_id": "fs-1"}]}],
}


@pytest.mark.parametrize(
    "document",
    [
        UNDERSCORED,
        {"resource": {"aws_ecs_task_definition": {"app": UNDERSCORED}}},
        {
            "values": {
                "root_module": {"resources": [{"type": "aws_ecs_task_definition", "values": UNDERSCORED}]}
            }
        },
        {"resources": [{"type": "aws_ecs_task_definition", "instances": [{"attributes": UNDERSCORED}]}]},
        json.dumps(UNDERSCORED),
    ],
    ids=["attributes", "json-syntax", "show", "state", "quoted"],
)
def test_underscored_keys_are_the_apis(document: Any) -> None:
    """Terraform keeps the containers as text, and single blocks in lists."""
    assert load(json.dumps(document).encode()) == {
        "family": "checkout",
        "containerDefinitions": CONTAINERS,
        "executionRoleArn": "arn:aws:iam::123456789012:role/exec",
        "volume": [],
        "volumes": [{"name": "v", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}],
    }


def test_a_container_alone_is_a_definition() -> None:
    """One element of a definition's array, as people paste it."""
    assert load(json.dumps(CONTAINERS[0]).encode()) == {"containerDefinitions": CONTAINERS}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "not JSON: Expecting value, line 1 column 1; it is empty"),
        (b'{"FAMILY": "a"}', "it has no containerDefinitions (but FAMILY)"),
        (b'$ aws ecs describe-task-definition\n{"a": 1}', "not JSON: Expecting value, line 1 column 1"),
        (b'{"essential": True}', "not JSON: Expecting value, line 1 column 15"),
        (b"{\n  # comment\n}", "line 2 column 3"),
        (b'{\n  "image": <IMAGE>\n}', "not JSON: Expecting value, line 2 column 12"),
        (b'"family": "a"\n}', "not JSON: Extra data, line 1 column 9"),
        (b'{"family":\n "\xff"}', "not text in utf-8: invalid start byte, line 2 column 3"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": ' * 800 + b"1" + b"}" * 800, "nested too deeply"),
        (b'{"family":\n  "\\ud800"}', "not text: half of a surrogate pair, line 2 column 4"),
        (b"# comment\nfamily: checkout\n", "no task definition: it has no containerDefinitions (but family)"),
        (b"family: checkout\n  cpu: [", "not YAML: mapping values are not allowed here, line 2 column 6"),
        (b"a: &b {c: 1}\nd: *b\n", "not YAML: an alias, which is not read, line 2 column 4"),
        (b"a: !!python/object:os.system {}\n", "not YAML: could not determine a constructor"),
        (b"a: !!set {b}\n", "not YAML of plain values: "),
        (b"a: " + b"[" * 800 + b"]" * 800, "nested too deeply"),
        (b'resource "aws_ecs_service" "a" {\n}\n', "HCL is not read: give what terraform show -json says"),
        (b'{"containerDefinitions": []}', "no task definition: containerDefinitions has no container"),
        (b'{"a": 1,}', "line 1 column"),
        (b'{"a": 1}\n{"a": 2}', "not JSON: Extra data, line 2 column 1"),
        (
            b'[{"family": "a", "containerDefinitions": []}, {"containerDefinitions": []}]',
            "no single task definition: it holds 2 (a, one without a name), and each file is about one",
        ),
        (b"9" * 5_000, "line 1 column 1"),
        (b"[]", "no task definition: the JSON value is not an object"),
        (b'[{"Effect": "Allow"}]', "no task definition: the JSON value is not an object"),
        (b"{}", "no task definition: it has no containerDefinitions (but nothing)"),
        (b'{"services": [], "failures": []}', "no task definition: it describes services"),
        (
            b"services:\n  web: {image: nginx}\n",
            "no task definition: it is a Compose file, which ECS does not run",
        ),
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
