"""The credentials' secret is no JSON with username and password."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    image = world.push_image(aws, "ghcr.io/example/checkout", "1.0")
    secret = aws.client("secretsmanager").create_secret(
        Name="checkout/registry", SecretString="deploy:secret"
    )
    container = {"image": image, "repositoryCredentials": {"credentialsParameter": secret["ARN"]}}
    world.service(aws, world.nat_vpc(aws), container=container)


EXPECT = expect(findings=[("registry-credentials-invalid", "checkout/registry")], exit_code=16)
