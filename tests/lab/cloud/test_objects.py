"""Objects of S3 under a customer's key, and buckets whose policies deny under a condition."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from probe.lab.cloud import Cloud
from tests.lab.cloud.callers import Caller, allow, role

_NUMBERS = itertools.count(1)
READ, BOTH = allow("s3:GetObject"), allow("s3:GetObject", "kms:Decrypt")


@pytest.fixture
def bucket(cloud: Cloud) -> str:
    """A bucket of the test's own."""
    name = f"files-{next(_NUMBERS)}"
    cloud.client("s3").create_bucket(Bucket=name)
    return name


def reader(cloud: Cloud, policy: dict[str, Any]) -> Caller:
    return role(cloud, f"files-reader-{next(_NUMBERS)}", policy)


def keyed(cloud: Cloud, bucket: str) -> str:
    """The ARN of a key that the bucket's one object lies under."""
    key = str(cloud.client("kms").create_key()["KeyMetadata"]["Arn"])
    under = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    cloud.client("s3").put_object(Bucket=bucket, Key="a.env", Body=b"A=1\n", **under)
    return key


def test_an_object_is_read_by_who_may_use_its_key(cloud: Cloud, bucket: str) -> None:
    """s3:GetObject alone is not enough, and with kms:Decrypt it is."""
    keyed(cloud, bucket)
    client = reader(cloud, BOTH).client("s3")

    assert b"A=1\n" == client.get_object(Bucket=bucket, Key="a.env")["Body"].read()


def test_s3_says_that_the_key_is_what_was_denied(cloud: Cloud, bucket: str, refused: Any) -> None:
    """Unlike Secrets Manager it names the key."""
    key = keyed(cloud, bucket)

    code, message = refused(reader(cloud, READ).client("s3").get_object, Bucket=bucket, Key="a.env")

    assert ("AccessDenied", True) == (code, f"kms:Decrypt on resource: {key} because no identity" in message)


def test_s3_passes_a_keys_state_on(cloud: Cloud, bucket: str, refused: Any) -> None:
    """Under KMS's own code."""
    key = keyed(cloud, bucket)
    cloud.client("kms").disable_key(KeyId=key)

    found = refused(reader(cloud, BOTH).client("s3").get_object, Bucket=bucket, Key="a.env")

    assert ("KMS.DisabledException", f"{key} is disabled.") == found


def test_a_buckets_denial_holds_under_its_condition_alone(cloud: Cloud, bucket: str) -> None:
    """Nearly every bucket denies what comes without TLS, and is read all the same."""
    s3 = cloud.client("s3")
    s3.put_object(Bucket=bucket, Key="a.env", Body=b"A=1\n")
    denial = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": f"arn:aws:s3:::{bucket}/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [denial]}))
    client = reader(cloud, READ).client("s3")

    assert b"A=1\n" == client.get_object(Bucket=bucket, Key="a.env")["Body"].read()
