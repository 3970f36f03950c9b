"""KMS keys behind Secrets Manager and SSM: each refusal in the words of the service that relays it."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from probe.lab.cloud import Cloud
from tests.lab.cloud.callers import Caller, allow, role

_NUMBERS = itertools.count(1)
RELAYED = r" \(Service: AWSKMS; Status Code: 400; Error Code: {}; Request ID: [0-9a-f-]{{36}}; Proxy: null\)"
State = tuple[Callable[[Any, str], object], dict[str, str], str, str]
"""How a key comes into it, how it is made, what KMS says of it, and under which code."""
STATES: dict[str, State] = {
    "disabled": (lambda kms, key: kms.disable_key(KeyId=key), {}, "is disabled.", "DisabledException"),
    "pending-deletion": (
        lambda kms, key: kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7),
        {},
        "is pending deletion.",
        "KMSInvalidStateException",
    ),
    "pending-import": (
        lambda kms, key: kms.delete_imported_key_material(KeyId=key),
        {"Origin": "EXTERNAL"},
        "is pending import.",
        "KMSInvalidStateException",
    ),
}


@pytest.fixture(scope="module")
def reader(cloud: Cloud) -> Caller:
    """A role that may read and decrypt everything."""
    return role(cloud, "decrypter", allow("*"))


@pytest.mark.parametrize("row", STATES.values(), ids=STATES)
def test_secrets_manager_cannot_decrypt(cloud: Cloud, reader: Caller, refused: Any, row: State) -> None:
    """DecryptionFailure, with the key's ARN and KMS's own code in its words."""
    spoil, made, state, code = row
    kms = cloud.client("kms")
    key = kms.create_key(**made)["KeyMetadata"]
    name = f"under-a-key-{next(_NUMBERS)}"
    cloud.client("secretsmanager").create_secret(Name=name, SecretString="x", KmsKeyId=key["KeyId"])
    spoil(kms, key["KeyId"])

    found = refused(reader.client("secretsmanager").get_secret_value, SecretId=name)

    words = re.escape(f"Secrets Manager can't decrypt the secret value: {key['Arn']} {state}")
    assert ("DecryptionFailure", True) == (
        found[0],
        re.fullmatch(words + RELAYED.format(code), found[1]) is not None,
    )


@pytest.mark.parametrize("row", STATES.values(), ids=STATES)
def test_ssm_calls_it_an_invalid_key_id(cloud: Cloud, reader: Caller, refused: Any, row: State) -> None:
    """InvalidKeyId, whichever state it is."""
    spoil, made, state, code = row
    kms = cloud.client("kms")
    key = kms.create_key(**made)["KeyMetadata"]
    name = f"/under-a-key/{next(_NUMBERS)}"
    cloud.client("ssm").put_parameter(Name=name, Value="x", Type="SecureString", KeyId=key["KeyId"])
    spoil(kms, key["KeyId"])

    found = refused(reader.client("ssm").get_parameters, Names=[name], WithDecryption=True)

    words = re.escape(f"{key['Arn']} {state}")
    assert ("InvalidKeyId", True) == (
        found[0],
        re.fullmatch(words + RELAYED.format(code), found[1]) is not None,
    )


def test_a_key_whose_deletion_is_cancelled_is_disabled_and_can_be_enabled(cloud: Cloud) -> None:
    """By its ARN as by its id."""
    kms = cloud.client("kms")
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    kms.schedule_key_deletion(KeyId=arn.rpartition("/")[2], PendingWindowInDays=7)
    kms.cancel_key_deletion(KeyId=arn)
    between = kms.describe_key(KeyId=arn)["KeyMetadata"]["KeyState"]
    kms.enable_key(KeyId=arn)

    assert ("Disabled", "Enabled") == (between, kms.describe_key(KeyId=arn)["KeyMetadata"]["KeyState"])


def test_a_key_that_is_pending_deletion_cannot_be_enabled(cloud: Cloud, refused: Any) -> None:
    """Its deletion is cancelled first."""
    kms = cloud.client("kms")
    key = kms.create_key()["KeyMetadata"]
    kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)

    found = refused(kms.enable_key, KeyId=key["KeyId"])

    assert ("KMSInvalidStateException", f"{key['Arn']} is pending deletion.") == found


VIA = {"secrets-manager": ("secretsmanager", ""), "another-service": ("ssm", "Access to KMS is not allowed")}


@pytest.mark.parametrize(("service", "words"), VIA.values(), ids=VIA)
def test_a_grant_may_hold_through_one_service_only(
    cloud: Cloud, refused: Any, service: str, words: str
) -> None:
    """kms:ViaService and the encryption context are what Secrets Manager sets."""
    number = next(_NUMBERS)
    key = cloud.client("kms").create_key()["KeyMetadata"]["KeyId"]
    arn = cloud.client("secretsmanager").create_secret(Name=f"via-{number}", SecretString="x", KmsKeyId=key)[
        "ARN"
    ]
    condition = {
        "StringEquals": {
            "kms:ViaService": f"{service}.us-east-1.amazonaws.com",
            "kms:EncryptionContext:SecretARN": arn,
        }
    }
    policy = allow("secretsmanager:GetSecretValue")
    policy["Statement"].append(
        {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", "Condition": condition}
    )
    client = role(cloud, f"via-{number}", policy).client("secretsmanager")

    if words:
        assert ("AccessDeniedException", words) == refused(client.get_secret_value, SecretId=arn)
    else:
        assert "x" == client.get_secret_value(SecretId=arn)["SecretString"]


def test_a_secret_may_name_its_key_by_an_alias(cloud: Cloud, reader: Caller, refused: Any) -> None:
    """And so may whoever asks for the key; who lists aliases names none."""
    kms, alias = cloud.client("kms"), f"alias/named-{next(_NUMBERS)}"
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=alias, TargetKeyId=key)
    name = f"by-alias-{next(_NUMBERS)}"
    cloud.client("secretsmanager").create_secret(Name=name, SecretString="x", KmsKeyId=alias)
    poor = role(cloud, name, allow("secretsmanager:GetSecretValue"))
    listed = [one["AliasName"] for one in reader.client("kms").list_aliases()["Aliases"]]

    assert (key, True) == (
        reader.client("kms").describe_key(KeyId=alias)["KeyMetadata"]["KeyId"],
        alias in listed,
    )
    assert "x" == reader.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]
    assert (
        "Access to KMS is not allowed"
        == refused(poor.client("secretsmanager").get_secret_value, SecretId=name)[1]
    )


GRANTS = {"whole": {}, "of-that-secret": {"SecretARN": "SECRET"}, "of-another": {"SecretARN": "other"}}


@pytest.mark.parametrize("row", GRANTS)
def test_a_grant_admits_whom_no_policy_does(cloud: Cloud, refused: Any, row: str) -> None:
    """Only for the operations and the encryption context that it names."""
    number, kms = next(_NUMBERS), cloud.client("kms")
    key = kms.create_key(Policy=json.dumps({"Statement": []}))["KeyMetadata"]["Arn"]
    secret = cloud.client("secretsmanager").create_secret(
        Name=f"granted-{number}", SecretString="x", KmsKeyId=key
    )["ARN"]
    client = role(cloud, f"grantee-{number}", allow("secretsmanager:GetSecretValue")).client("secretsmanager")
    before = refused(client.get_secret_value, SecretId=secret)
    context = {name: secret if value == "SECRET" else value for name, value in GRANTS[row].items()}
    constraint = {"Constraints": {"EncryptionContextSubset": context}} if context else {}
    grantee = f"arn:aws:iam::123456789012:role/grantee-{number}"
    kms.create_grant(KeyId=key, GranteePrincipal=grantee, Operations=["Decrypt"], **constraint)

    assert "Access to KMS is not allowed" == before[1]
    if row == "of-another":
        assert before == refused(client.get_secret_value, SecretId=secret)
    else:
        assert "x" == client.get_secret_value(SecretId=secret)["SecretString"]
