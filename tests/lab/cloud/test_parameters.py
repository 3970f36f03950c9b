"""Parameters as SSM names them in its answers, and secrets that are read from another region."""

from __future__ import annotations

import itertools

import pytest

from probe.lab.cloud import Cloud
from tests.lab.cloud.callers import allow, role

_NUMBERS = itertools.count(1)


@pytest.mark.parametrize("selector", ["", ":1", ":blue"], ids=["latest", "version", "label"])
def test_a_parameter_is_answered_with_its_selector(cloud: Cloud, selector: str) -> None:
    """Name and selector apart, so that a name that is asked for twice is told from itself."""
    name, ssm = f"selected-{next(_NUMBERS)}", cloud.client("ssm")
    ssm.put_parameter(Name=name, Value="old", Type="String")
    ssm.put_parameter(Name=name, Value="new", Type="String", Overwrite=True)
    ssm.label_parameter_version(Name=name, ParameterVersion=1, Labels=["blue"])

    (found,) = ssm.get_parameters(Names=[f"{name}{selector}"])["Parameters"]

    assert (name, selector, "old" if selector else "new") == (
        found["Name"],
        found.get("Selector", ""),
        found["Value"],
    )


def test_a_parameter_that_stands_for_a_secret_keeps_its_name(cloud: Cloud) -> None:
    """Not the secret's, under which nobody asked."""
    secret = f"behind/{next(_NUMBERS)}"
    cloud.client("secretsmanager").create_secret(Name=secret, SecretString="x")
    name = f"/aws/reference/secretsmanager/{secret}"

    (found,) = cloud.client("ssm").get_parameters(Names=[name], WithDecryption=True)["Parameters"]

    assert (name, "x") == (found["Name"], found["Value"])


def test_a_secret_is_read_from_its_replicas_region(cloud: Cloud) -> None:
    """By the ARN that it has there."""
    made = cloud.client("secretsmanager").create_secret(
        Name=f"replicated-{next(_NUMBERS)}", SecretString="x", AddReplicaRegions=[{"Region": "eu-west-1"}]
    )
    there = made["ARN"].replace("us-east-1", "eu-west-1")
    reader = role(cloud, f"replica-reader-{next(_NUMBERS)}", allow("secretsmanager:GetSecretValue"))

    found = reader.client("secretsmanager", "eu-west-1").get_secret_value(SecretId=there)

    assert "x" == found["SecretString"]
