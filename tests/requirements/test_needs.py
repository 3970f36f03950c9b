"""What a definition needs: hosts and regions by kind, placeholders never dialled, what is wrong offline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from probe import requirements
from probe.model import Requirement
from probe.requirements.definitions import UnreadableDefinitionError, load

SECRET = "arn:aws:secretsmanager:eu-north-1:123456789012:secret:"
PARAMETER = "arn:aws:ssm:eu-west-1:123456789012:parameter/db"
ECR = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "taskdefs"
NOT_DEFINITIONS = {"278.json", "281.json", "360.json", "560.json", "561.json", "563.json"}
"""Files of the corpus that describe services and tasks."""


def container(**parts: Any) -> dict[str, Any]:
    """A definition of one container, ``app``, made of these parts."""
    return {"family": "checkout", "containerDefinitions": [{"name": "app", **parts}]}


def logging(driver: str, **options: str) -> dict[str, Any]:
    named = {key.replace("_", "-"): value for key, value in options.items()}
    return container(image="nginx", logConfiguration={"logDriver": driver, "options": named})


def secret(written: str) -> dict[str, Any]:
    return container(image="nginx", secrets=[{"name": "DB", "valueFrom": written}])


def only(definition: dict[str, Any], kind: str) -> Requirement:
    """The one requirement of a kind."""
    found = requirements.needs(definition, region="us-east-1", account="123456789012").requirements
    (one,) = (requirement for requirement in found if requirement.kind.value == kind)
    return one


@pytest.mark.parametrize(
    ("definition", "kind", "expected"),
    [
        (
            container(image=f"{ECR}/a:1"),
            "image",
            (
                "api.ecr.us-east-1.amazonaws.com",
                ECR,
                "prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com",
            ),
        ),
        (
            container(image="123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/a"),
            "image",
            (
                "api.ecr.cn-north-1.amazonaws.com.cn",
                "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
                "prod-cn-north-1-starport-layer-bucket.s3.cn-north-1.amazonaws.com.cn",
            ),
        ),
        (
            container(image="nginx"),
            "image",
            ("registry-1.docker.io", "auth.docker.io", "production.cloudflare.docker.com"),
        ),
        (container(image="localhost:5000/a"), "image", ("localhost",)),
        (
            container(image="ghcr.io/a/b:1"),
            "image",
            ("ghcr.io", "pkg-containers.githubusercontent.com"),
        ),
        (container(image="eu.gcr.io/a/b:1"), "image", ("eu.gcr.io", "storage.googleapis.com")),
        (
            container(image="a", repositoryCredentials={"credentialsParameter": "login"}),
            "registry-credentials",
            ("secretsmanager.us-east-1.amazonaws.com",),
        ),
        (secret(f"{SECRET}db:k::"), "secret", ("secretsmanager.eu-north-1.amazonaws.com",)),
        (secret(PARAMETER), "parameter", ("ssm.eu-west-1.amazonaws.com",)),
        (secret("/db/password"), "parameter", ("ssm.us-east-1.amazonaws.com",)),
        (
            secret("/aws/reference/secretsmanager/db"),
            "parameter",
            ("ssm.us-east-1.amazonaws.com", "secretsmanager.us-east-1.amazonaws.com"),
        ),
        (
            container(environmentFiles=[{"value": "arn:aws:s3:::settings/app.env", "type": "s3"}]),
            "env-file",
            ("settings.s3.us-east-1.amazonaws.com",),
        ),
        (
            container(
                firelensConfiguration={
                    "type": "fluentbit",
                    "options": {
                        "config-file-type": "s3",
                        "config-file-value": "arn:aws:s3:::settings/x.conf",
                    },
                }
            ),
            "env-file",
            ("settings.s3.us-east-1.amazonaws.com",),
        ),
        (
            container(credentialSpecs=["credentialspec:arn:aws:s3:::settings/spec.json"]),
            "credential-spec",
            ("settings.s3.us-east-1.amazonaws.com",),
        ),
        (
            container(credentialSpecs=[f"credentialspecdomainless:{PARAMETER}"]),
            "credential-spec",
            ("ssm.eu-west-1.amazonaws.com",),
        ),
        (
            logging("awslogs", awslogs_group="/app", awslogs_region="eu-west-3"),
            "log-stream",
            ("logs.eu-west-3.amazonaws.com",),
        ),
        (
            logging("splunk", splunk_url="https://splunk.example.com:8088"),
            "log-destination",
            ("splunk.example.com",),
        ),
        (
            logging("fluentd", fluentd_address="fluent.example.com"),
            "log-destination",
            ("fluent.example.com",),
        ),
        (
            logging("awsfirelens", Name="cloudwatch", region="eu-west-3"),
            "log-destination",
            ("logs.eu-west-3.amazonaws.com",),
        ),
        (
            logging("awsfirelens", Name="s3", region="eu-west-3", bucket="archive"),
            "log-destination",
            ("archive.s3.eu-west-3.amazonaws.com",),
        ),
        (
            logging("awsfirelens", Name="datadog", apikey="a"),
            "log-destination",
            ("http-intake.logs.datadoghq.com",),
        ),
        (
            secret("arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:db"),
            "secret",
            (),
        ),
        (
            {**container(), "volumes": [{"name": "v", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}]},
            "file-system",
            ("fs-1.efs.us-east-1.amazonaws.com",),
        ),
    ],
)
def test_a_requirement_names_the_hosts_of_its_own_region(
    definition: dict[str, Any], kind: str, expected: tuple[str, ...]
) -> None:
    """Region and partition come from the reference itself, and only else from the task."""
    assert expected == only(definition, kind).hosts


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        (container(image="<IMAGE1_NAME>"), ("<IMAGE1_NAME>",)),
        (container(image="${registry}/app:1"), ("${registry}",)),
        (container(image="{{ image }}:{{ tag }}"), ("{{ image }}", "{{ tag }}")),
        (container(image="$IMAGE"), ("$IMAGE",)),
        (container(image="***"), ("***",)),
        (container(image="$$$IMAGE$$$"), ("$$$IMAGE$$$",)),
        (container(image="IMAGE"), ("IMAGE",)),
        (container(image="ACCOUNT.dkr.ecr.REGION.amazonaws.com/a"), ("ACCOUNT", "REGION")),
        (container(image="1.dkr.ecr.region-code.amazonaws.com/a"), ("region-code",)),
        (secret("arn:aws:secretsmanager:REGION:ACCOUNT_ID:secret:db"), ("REGION", "ACCOUNT_ID")),
        (secret("<ARN>:key::"), ("<ARN>",)),
        (
            logging(
                "awslogs", awslogs_group="${group}", awslogs_region="YOUR_REGION", awslogs_stream_prefix="a"
            ),
            ("YOUR_REGION", "${group}"),
        ),
        (container(image=""), ("app.image",)),
        (secret(""), ("app.secrets.DB",)),
        (container(image="a", environmentFiles="${Fn::If}"), ("app.environmentFiles",)),
        (container(image="a", secrets=["${Fn::If}", {"name": "DB", "valueFrom": "db"}]), ("app.secrets",)),
        ({**container(image="a"), "volumes": ["${Fn::If}"]}, ("volumes",)),
        (logging("awsfirelens", Name="s3", tag="$(ecs_task_id)"), ()),
    ],
)
def test_a_placeholder_is_listed_and_never_dialled(
    definition: dict[str, Any], expected: tuple[str, ...]
) -> None:
    """What some tool still fills in has no host yet, in whatever syntax it is written."""
    found = requirements.needs(definition, region="us-east-1", account="123456789012")
    dialled = [
        host for one in found.requirements for host in one.hosts if any(word in host for word in expected)
    ]
    assert (expected, []) == (found.unknown, dialled)


FARGATE = {"requiresCompatibilities": ["FARGATE"]}
ROLE = {"executionRoleArn": "arn:aws:iam::123456789012:role/exec"}


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ({**container(image=f"{ECR}/a"), **FARGATE}, [("execution-role-missing", "checkout")]),
        ({**container(image=f"{ECR}/a"), **FARGATE, **ROLE}, []),
        ({**container(image="nginx"), **FARGATE}, []),
        (container(image=f"{ECR}/a"), []),
        (secret(f"{SECRET}db:KEY:"), [("secret-reference-malformed", "checkout/app/DB")]),
        (secret("db:key::"), [("secret-reference-malformed", "checkout/app/DB")]),
        (secret(f"{SECRET}db"), []),
        (
            secret("arn:aws-cn:secretsmanager:us-east-1:123456789012:secret:db"),
            [("secret-reference-malformed", "checkout/app/DB")],
        ),
        (
            secret("arn:aws:ssm:cn-north-1:123456789012:parameter/db"),
            [("secret-reference-malformed", "checkout/app/DB")],
        ),
        (secret("arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:db"), []),
        (container(image="https://ghcr.io/a:1"), [("image-not-found", "https://ghcr.io/a:1")]),
        (container(image="MyApp:1"), [("image-not-found", "MyApp:1")]),
        (container(image="MyApp:${TAG}"), []),
        (
            container(environmentFiles=[{"value": "arn:aws:s3:::settings/app.txt"}]),
            [("env-file-malformed", "arn:aws:s3:::settings/app.txt")],
        ),
        (logging("awslogs", awslogs_group="/a"), [("log-options-invalid", "checkout/app")]),
        ({**logging("gelf", gelf_address="udp://a:1"), **FARGATE}, [("log-options-invalid", "checkout/app")]),
        (logging("gelf", gelf_address="udp://a:1"), []),
        ({**logging("splunk", splunk_url="https://a:8088"), **FARGATE}, []),
        (
            logging("awslogs", awslogs_group="/a", awslogs_region="mars"),
            [("log-options-invalid", "checkout/app")],
        ),
        (
            logging("awslogs", awslogs_group="/a", awslogs_region="eu-west-1", awslogs_create_group="yes"),
            [("log-options-invalid", "checkout/app")],
        ),
        (
            logging("awslogs", awslogs_group="/a", awslogs_region="eu-west-1", awslogs_prefix="x"),
            [("log-options-invalid", "checkout/app")],
        ),
        (logging("awslogs", awslogs_group="/a", awslogs_region="eu-west-1", awslogs_create_group="True"), []),
        (
            logging("awslogs", awslogs_group="/a", awslogs_region="eu-west-1", max_buffer_size="much"),
            [("log-options-invalid", "checkout/app")],
        ),
        (logging("awslogs", awslogs_group="/a", awslogs_region="eu-west-1", max_buffer_size="25m"), []),
        (
            logging(
                "awslogs", awslogs_group="/a", awslogs_region="eu-west-1", awslogs_max_buffered_events="0"
            ),
            [("log-options-invalid", "checkout/app")],
        ),
        (
            container(image="a", repositoryCredentials={"credentialsParameter": f"{SECRET}login:user::"}),
            [("secret-reference-malformed", "checkout/app/repositoryCredentials")],
        ),
        (logging("awslogs", awslogs_group="/a", awslogs_region="${region}", mode="non-blocking"), []),
        (
            logging("awslogs", awslogs_group="/a", awslogs_region="us-est-1"),
            [("log-options-invalid", "checkout/app")],
        ),
    ],
)
def test_what_cannot_start_is_said_offline(
    definition: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """Roles, references, environment files and log options are judged by reading alone."""
    found = requirements.needs(definition, region="us-east-1", account="123456789012").findings
    assert expected == [(one.code, one.subject) for one in found]


def test_a_truth_value_in_options_is_its_text() -> None:
    """``true`` without quotes, as templates write it, asks for the group like ``"true"``."""
    options = {
        "awslogs-group": "/a",
        "awslogs-region": "eu-west-1",
        "awslogs-create-group": True,
        "tag": None,
    }
    definition = container(image="a", logConfiguration={"logDriver": "awslogs", "options": options})
    assert ("true", ()) == (
        only(definition, "log-stream").details["create_group"],
        requirements.needs(definition, region="", account="").findings,
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "credentialspec:arn:aws:s3:::bucket",
            [("secret-reference-malformed", "checkout/app/credentialSpecs")],
        ),
        ("credentialspec:file://gmsa.json", []),
    ],
    ids=["no-object", "on-the-instance"],
)
def test_a_credential_spec_is_judged_by_its_own_grammar(
    written: str, expected: list[tuple[str, str]]
) -> None:
    """What is in S3 or SSM is read with the execution role; a file on the instance is not."""
    found = requirements.needs(container(image="a", credentialSpecs=[written]), region="", account="")
    assert expected == [(one.code, one.subject) for one in found.findings]


def test_a_connection_string_in_a_reference_is_not_repeated() -> None:
    """Whatever was pasted where a key belongs, its password is nowhere in the answer."""
    found = requirements.needs(secret(f"{SECRET}db:postgres://u:hunter2@db/x::"), region="", account="")
    assert "hunter2" not in str(found)


def test_an_image_that_its_revision_pinned_keeps_what_was_written() -> None:
    """The definition names a tag; the revision asks for a digest."""
    pinned = f"{ECR}/a@sha256:" + "0" * 64
    found = requirements.needs(
        container(image=f"{ECR}/a:1"), region="us-east-1", account="1", images={"app": pinned}
    )
    assert (f"{ECR}/a:1", pinned) == (
        found.requirements[0].reference,
        found.requirements[0].details["pinned"],
    )


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of task definitions is not here")
def test_every_definition_of_the_corpus_is_answered() -> None:
    """Each file that holds a task definition has a list; the others describe something else."""
    refused = set()
    for file in CORPUS.glob("[0-9]*.json"):
        try:
            definition = load(file.read_bytes())
        except UnreadableDefinitionError:
            refused.add(file.name)
        else:
            needs = requirements.needs(definition, region="", account="")
            assert needs.requirements or needs.unknown, file.name
    assert refused == NOT_DEFINITIONS
