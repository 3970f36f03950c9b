"""What tasks read and write: secrets, parameters, log groups, buckets and file systems."""

from __future__ import annotations

import json
import secrets
import string
from dataclasses import replace
from functools import partial
from typing import Any

from probe.lab.cloudformation.kinds.kind import Hands, Made, Maker, Properties, plain, remade, without


def _secret(hands: Hands, given: Properties) -> Made:
    """``GenerateSecretString`` makes up a value, whole or as one key of a template's JSON."""
    generate = given.get("GenerateSecretString")
    value = {"SecretString": _generated(generate)} if generate is not None else {}
    aside = ("GenerateSecretString", "ReplicaRegions")
    wanted = {"Name": hands.name} | without(given, *aside) | value
    arn = hands.call("secretsmanager", "create_secret", wanted)["ARN"]
    gone = {"SecretId": arn, "ForceDeleteWithoutRecovery": True}
    undo = partial(hands.call, "secretsmanager", "delete_secret", gone)

    def change(other: Properties) -> Made:
        if "SecretString" in other:
            put = {"SecretId": arn, "SecretString": other["SecretString"]}
            hands.call("secretsmanager", "put_secret_value", put)
        return Made(arn, undo, {"Id": arn}, change)

    return Made(arn, undo, {"Id": arn}, change)


def _generated(wanted: Properties) -> str:
    length = int(wanted.get("PasswordLength", 32))
    password = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(length))
    if "GenerateStringKey" not in wanted:
        return password
    template = json.loads(wanted.get("SecretStringTemplate", "{}"))
    return json.dumps(template | {wanted["GenerateStringKey"]: password})


def _secret_policy(hands: Hands, given: Properties) -> Made:
    hands.call("secretsmanager", "put_resource_policy", given)
    where = {"SecretId": given["SecretId"]}
    undo = partial(hands.call, "secretsmanager", "delete_resource_policy", where)
    return Made(given["SecretId"], undo, {}, remade(undo, partial(_secret_policy, hands)))


def _parameter(hands: Hands, given: Properties) -> Made:
    name = given.get("Name", hands.name)
    hands.call("ssm", "put_parameter", without(given, "Tags") | {"Name": name, "Overwrite": True})
    undo = partial(hands.call, "ssm", "delete_parameter", {"Name": name})
    attributes = {"Type": given["Type"], "Value": given["Value"]}
    return Made(name, undo, attributes, remade(undo, partial(_parameter, hands)))


def _log_group(hands: Hands, given: Properties) -> Made:
    name = given.get("LogGroupName", hands.name)
    aside = ("RetentionInDays", "DataProtectionPolicy", "FieldIndexPolicies", "ResourcePolicyDocument")
    hands.call("logs", "create_log_group", without(given, *aside) | {"LogGroupName": name})
    undo = partial(hands.call, "logs", "delete_log_group", {"LogGroupName": name})
    made = Made(name, undo, {"Arn": hands.arn("logs", f"log-group:{name}:*")}, lambda _: made)
    return made


def _bucket(hands: Hands, given: Properties) -> Made:
    """What a bucket does with its objects is of no account here; who may read them is in its policy."""
    name = given.get("BucketName", hands.name.lower())
    place = {} if hands.region == "us-east-1" else {"LocationConstraint": hands.region}
    hands.call(
        "s3", "create_bucket", {"Bucket": name} | ({"CreateBucketConfiguration": place} if place else {})
    )
    host = f"{name}.s3.{hands.region}.amazonaws.com"
    attributes = {
        "Arn": f"arn:aws:s3:::{name}",
        "DomainName": f"{name}.s3.amazonaws.com",
        "RegionalDomainName": host,
        "DualStackDomainName": f"{name}.s3.dualstack.{hands.region}.amazonaws.com",
        "WebsiteURL": f"http://{name}.s3-website-{hands.region}.amazonaws.com",
    }
    made = Made(name, partial(hands.call, "s3", "delete_bucket", {"Bucket": name}), attributes)
    return replace(made, change=lambda other: made if other.get("BucketName", name) == name else None)


def _bucket_policy(hands: Hands, given: Properties) -> Made:
    where = {"Bucket": given["Bucket"]}
    hands.call("s3", "put_bucket_policy", where | {"Policy": given["PolicyDocument"]})
    undo = partial(hands.call, "s3", "delete_bucket_policy", where)
    return Made(given["Bucket"], undo, {}, remade(undo, partial(_bucket_policy, hands)))


def _file_system(hands: Hands, given: Properties) -> Made:
    renamed = {"Tags": given["FileSystemTags"]} if "FileSystemTags" in given else {}
    aside = (
        "FileSystemTags",
        "FileSystemPolicy",
        "LifecyclePolicies",
        "BackupPolicy",
        "ReplicationConfiguration",
    )
    wanted: dict[str, Any] = {"CreationToken": hands.name} | without(given, *aside) | renamed
    answer = hands.call("efs", "create_file_system", wanted)
    identity = {"FileSystemId": answer["FileSystemId"]}
    if "FileSystemPolicy" in given:
        hands.call("efs", "put_file_system_policy", identity | {"Policy": given["FileSystemPolicy"]})
    undo = partial(hands.call, "efs", "delete_file_system", identity)
    return Made(answer["FileSystemId"], undo, identity | {"Arn": answer.get("FileSystemArn", "")})


def _access_point(hands: Hands, given: Properties) -> Made:
    renamed = {"Tags": given["AccessPointTags"]} if "AccessPointTags" in given else {}
    wanted = {"ClientToken": hands.name} | without(given, "AccessPointTags") | renamed
    answer = hands.call("efs", "create_access_point", wanted)
    identity = {"AccessPointId": answer["AccessPointId"]}
    undo = partial(hands.call, "efs", "delete_access_point", identity)
    return Made(answer["AccessPointId"], undo, identity | {"Arn": answer["AccessPointArn"]})


MAKERS: dict[str, Maker] = {
    "AWS::SecretsManager::Secret": _secret,
    "AWS::SecretsManager::ResourcePolicy": _secret_policy,
    "AWS::SSM::Parameter": _parameter,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::S3::Bucket": _bucket,
    "AWS::S3::BucketPolicy": _bucket_policy,
    "AWS::EFS::FileSystem": _file_system,
    "AWS::EFS::MountTarget": plain(
        "efs",
        "create_mount_target",
        "MountTargetId",
        undo=("delete_mount_target", "MountTargetId"),
        attributes={"Id": "MountTargetId", "IpAddress": "IpAddress"},
    ),
    "AWS::EFS::AccessPoint": _access_point,
}
