"""A private image on Docker Hub, pulled with the login that Secrets Manager keeps."""

import json
from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
LOGIN = {"username": "deploy", "password": "open sesame"}


def build(aws: Any) -> None:
    image = world.push_image(aws, "docker.io/example/checkout", "1.0")
    secret = aws.client("secretsmanager").create_secret(Name="checkout/hub", SecretString=json.dumps(LOGIN))
    container = {"image": image, "repositoryCredentials": {"credentialsParameter": secret["ARN"]}}
    world.service(aws, world.nat_vpc(aws), container=container)


def faults(lab: Any) -> None:
    lab.private_images("docker.io/example", **LOGIN)


EXPECT = expect(exit_code=0)
