"""Two services whose tasks answer quickly: every endpoint is there, and what breaks is billing's role.

``billing`` may neither read its secret, which is under a customer's key, nor its environment file nor pull
its own image, and has one policy of each kind. A parameter is not there, nor a companion's image. Another
subnet's way out is an instance and another's a gateway, and other names have a Resolver rule and a rule of
DNS Firewall.
"""

from __future__ import annotations

import json
from typing import Any

from probe.lab import world

CLUSTER, SERVICE = "prod", "billing"
_ENDPOINTS = ("ecr.api", "ecr.dkr", "s3", "secretsmanager", "ssm", "kms", "logs", "sts")


def build(aws: Any) -> None:
    net = world.private_vpc(aws, azs=1, endpoints=_ENDPOINTS)
    world.service(aws, net)
    pull = ("ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage")
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
            {"Effect": "Allow", "Action": list(pull), "Resource": "arn:aws:ecr:*:*:repository/run-probe"},
            {"Effect": "Allow", "Action": ["logs:*", "ssm:GetParameters", "kms:Decrypt"], "Resource": "*"},
        ],
    }
    key = aws.client("kms").create_key()["KeyMetadata"]["KeyId"]
    secret = aws.client("secretsmanager").create_secret(
        Name="billing/db-password", SecretString="correct horse", KmsKeyId=key
    )
    aws.client("s3").create_bucket(Bucket="billing-settings")
    wanted = {"DB_PASSWORD": secret["ARN"], "DB_HOST": "/billing/host"}
    container = {
        "secrets": [{"name": name, "valueFrom": value} for name, value in wanted.items()],
        "environmentFiles": [{"value": "arn:aws:s3:::billing-settings/billing.env", "type": "s3"}],
    }
    made = world.service(aws, net, name="billing", policy=policy, secret=secret["ARN"], container=container)
    _companion_without_image(aws.client("ecs"))
    attached = {"Version": "2012-10-17", "Statement": policy["Statement"][:1]}
    iam = aws.client("iam")
    arn = iam.create_policy(PolicyName="billing", PolicyDocument=json.dumps(attached))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=made.execution_role.rpartition("/")[2], PolicyArn=arn)
    _instance_as_a_way_out(aws.client("ec2"), net)
    _gateway_as_a_way_out(aws.client("ec2"), net)
    world.resolver_rule(aws, net, "corp", "corp.example", "10.0.0.77")
    world.firewall_rule(aws, net, "filter", "ads.example", "BLOCK", BlockResponse="NXDOMAIN")


def _companion_without_image(ecs: Any) -> None:
    """A second container, whose image the role may pull and nobody pushed."""
    found = ecs.describe_task_definition(taskDefinition="billing")["taskDefinition"]
    kept = ("family", "networkMode", "cpu", "memory", "executionRoleArn", "requiresCompatibilities")
    (first,) = found["containerDefinitions"]
    image = first["image"].replace("/billing:", "/run-probe:no-")
    containers = [first, {"name": "companion", "image": image, "essential": False}]
    registered = ecs.register_task_definition(
        **{key: found[key] for key in kept}, containerDefinitions=containers
    )
    arn = registered["taskDefinition"]["taskDefinitionArn"]
    ecs.update_service(cluster="prod", service="billing", taskDefinition=arn)


def _instance_as_a_way_out(ec2: Any, net: world.Network) -> None:
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=net.subnets[0])["Instances"]
    ec2.create_route(
        RouteTableId=net.route_tables[0],
        DestinationCidrBlock="203.0.113.0/24",
        InstanceId=instance[0]["InstanceId"],
    )


def _gateway_as_a_way_out(ec2: Any, net: world.Network) -> None:
    ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-ingress")
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=net.vpc)
    ec2.create_route(
        RouteTableId=net.route_tables[0], DestinationCidrBlock="198.18.0.0/24", GatewayId=gateway
    )
