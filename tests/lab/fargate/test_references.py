"""What the agent reads in a definition: images, secrets with their parts, and values as Go prints them."""

from __future__ import annotations

import pytest

from probe.lab.fargate import env_files, images, secrets, stops
from probe.lab.fargate.secrets import SecretReference

SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:checkout/db-AbCdEf"
DIGEST = "sha256:" + "0" * 64
ECR = "123456789012.dkr.ecr.us-east-1.amazonaws.com"

IMAGES = {
    "nginx": ("docker.io/library/nginx:latest", None),
    "grafana/grafana:11": ("docker.io/grafana/grafana:11", None),
    f"{ECR}/team/app:1.0": (f"{ECR}/team/app:1.0", ("123456789012", "us-east-1")),
    f"{ECR}/app@{DIGEST}": (f"{ECR}/app@{DIGEST}", ("123456789012", "us-east-1")),
    f"{ECR}/app:1.0@{DIGEST}": (f"{ECR}/app:1.0@{DIGEST}", ("123456789012", "us-east-1")),
    "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app": (
        "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app:latest",
        ("123456789012", "cn-north-1"),
    ),
    "123456789012.dkr-ecr.us-east-1.on.aws/app:1": (
        "123456789012.dkr-ecr.us-east-1.on.aws/app:1",
        ("123456789012", "us-east-1"),
    ),
    "registry.example.com:5000/app": ("registry.example.com:5000/app:latest", None),
}


@pytest.mark.parametrize(("text", "read"), IMAGES.items(), ids=IMAGES)
def test_an_image_is_read_with_dockers_defaults(text: str, read: tuple[str, tuple[str, str] | None]) -> None:
    """Host, repository, tag and digest are filled in; only an ECR host belongs to an account and a region."""
    reference = images.parse(text)
    assert read == (reference.full, reference.ecr)


REFERENCES = {
    SECRET: SecretReference(SECRET),
    f"{SECRET}:password::": SecretReference(SECRET, "password"),
    f"{SECRET}::AWSPREVIOUS:": SecretReference(SECRET, "", "AWSPREVIOUS"),
    f"{SECRET}:::{'7' * 32}": SecretReference(SECRET, "", "", "7" * 32),
}


@pytest.mark.parametrize(("text", "read"), REFERENCES.items(), ids=range(len(REFERENCES)))
def test_a_secret_reference_has_its_parts(text: str, read: SecretReference) -> None:
    """Key, stage and version follow the ARN, each of which may be empty."""
    assert read == secrets.parse_secret(text)


@pytest.mark.parametrize("text", [f"{SECRET}:password:", f"{SECRET}:password", f"{SECRET}::::"])
def test_a_secret_reference_with_other_parts_stops_the_task(text: str) -> None:
    """Neither two parts nor exactly five: the agent calls it an invalid ARN format."""
    with pytest.raises(stops.StartError, match="an invalid ARN format"):
        secrets.parse_secret(text)


VALUES = {
    "text": ("plain", "plain"),
    "large-integer": (1754110382, "1.754110382e+09"),
    "million": (1000000, "1e+06"),
    "below-a-million": (123456, "123456"),
    "fraction": (0.5, "0.5"),
    "tiny": (0.00001, "1e-05"),
    "negative": (-1234567, "-1.234567e+06"),
    "zero": (0, "0"),
    "true": (True, "true"),
    "null": (None, "<nil>"),
    "list": (["a", 1], "[a 1]"),
    "map": ({"b": 2, "a": "x"}, "map[a:x b:2]"),
}


@pytest.mark.parametrize(("value", "printed"), VALUES.values(), ids=VALUES)
def test_a_json_value_is_printed_as_go_prints_it(value: object, printed: str) -> None:
    """The agent renders with ``%v``, which turns large numbers into exponents."""
    assert printed == secrets.go_value(value)


def test_an_environment_file_has_variables_comments_and_blank_lines() -> None:
    """Only lines with an equals sign count; a value may have more of them."""
    assert {"A": "1", "B": "x=y"} == env_files.variables("# no\n\nA=1\nB=x=y\nnothing\n")
