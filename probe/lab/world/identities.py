"""What limits a service's role, and what its secret lies under: plain boto3, as everything of a world is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import boto3

from probe.lab.world.networks import Network
from probe.lab.world.services import Service, execution_policy, service

_VERSION = "2012-10-17"


def boundary(aws: Any, role: str, name: str, *statements: Mapping[str, Any]) -> str:
    """Give a role (its ARN) a permissions boundary of these statements.  Answers the policy's ARN."""
    iam = aws.client("iam")
    document = _document(*statements)
    arn = str(iam.create_policy(PolicyName=name, PolicyDocument=document)["Policy"]["Arn"])
    iam.put_role_permissions_boundary(RoleName=role.rpartition("/")[2], PermissionsBoundary=arn)
    return arn


def organization_policy(aws: Any, kind: str, name: str, *statements: Mapping[str, Any]) -> str:
    """Make an organization that the account is a member of, with a policy at its root, whose ARN is answered.

    ``kind`` is ``SERVICE_CONTROL_POLICY`` or ``RESOURCE_CONTROL_POLICY``.
    """
    organizations = aws.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType=kind)
    content = _document(*statements)
    made = organizations.create_policy(Name=name, Description=name, Type=kind, Content=content)
    policy = made["Policy"]["PolicySummary"]
    organizations.attach_policy(PolicyId=policy["Id"], TargetId=root)
    return str(policy["Arn"])


def encrypted_service(
    aws: Any, net: Network, *, name: str = "checkout", policy: Mapping[str, Any] | None = None, **key: Any
) -> tuple[Service, str]:
    """A service whose secret lies under a customer's key with KMS's default policy, and the key's id.

    The key has the alias ``name``; ``policy`` is the execution role's, which may otherwise also decrypt;
    ``key`` are CreateKey's own parameters.
    """
    kms = aws.client("kms")
    made = str(kms.create_key(**key)["KeyMetadata"]["KeyId"])
    kms.create_alias(AliasName=f"alias/{name}", TargetKeyId=made)
    secret = aws.client("secretsmanager").create_secret(
        Name=f"{name}/db-password", SecretString="correct horse battery staple", KmsKeyId=made
    )["ARN"]
    return service(aws, net, name=name, secret=secret, policy=policy or _decrypting(name)), made


def _decrypting(name: str) -> dict[str, Any]:
    """The usual policy, and leave to decrypt for Secrets Manager alone."""
    via = {"StringLike": {"kms:ViaService": "secretsmanager.*.amazonaws.com"}}
    more = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", "Condition": via}
    usual = execution_policy(name)
    return {**usual, "Statement": [*usual["Statement"], more]}


def account(aws: Any, number: str) -> Any:
    """A session of another account's administrator; the account is there when it is first asked for."""
    arn = f"arn:aws:iam::{number}:role/OrganizationAccountAccessRole"
    keys = aws.client("sts").assume_role(RoleArn=arn, RoleSessionName="administrator")["Credentials"]
    return boto3.Session(
        keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=aws.region_name
    )


def shared_secret(aws: Any, name: str, reader: str) -> str:
    """A secret under a customer's key, both of which admit a reader, its ARN, of another account."""
    owner = f"arn:aws:iam::{aws.client('sts').get_caller_identity()['Account']}:root"
    kms, secrets = aws.client("kms"), aws.client("secretsmanager")
    key = kms.create_key(Policy=_document(_allowed(owner, "kms:*"), _allowed(reader, "kms:Decrypt")))
    made = secrets.create_secret(
        Name=name, SecretString="correct horse battery staple", KmsKeyId=key["KeyMetadata"]["Arn"]
    )
    policy = _document(_allowed(reader, "secretsmanager:GetSecretValue"))
    secrets.put_resource_policy(SecretId=made["ARN"], ResourcePolicy=policy)
    return str(made["ARN"])


def _allowed(principal: str, action: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action, "Resource": "*"}


def _document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": _VERSION, "Statement": list(statements)})
