"""The private registry does not know the password in the credentials' secret."""

import json
from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    image = world.push_image(aws, "registry.example.com/checkout", "1.0")
    login = json.dumps({"username": "deploy", "password": "of last year"})
    secret = aws.client("secretsmanager").create_secret(Name="checkout/registry", SecretString=login)["ARN"]
    container = {"image": image, "repositoryCredentials": {"credentialsParameter": secret}}
    world.service(aws, world.nat_vpc(aws), container=container)


def faults(lab: Any) -> None:
    lab.private_images("registry.example.com", username="deploy", password="of this year")


EXPECT = expect(findings=[("registry-credentials-invalid", "checkout/registry")], exit_code=15)
