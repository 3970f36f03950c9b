"""What lies under a customer's key: its reader may decrypt with that key, and the key works, or not.

The service asks KMS on the caller's behalf, and relays a refusal in its own way.
https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call
from probe.lab.api.errors import ApiError
from probe.lab.iam import Denied, looking_up, resources
from probe.lab.iam.wildcards import Context

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_DENIED = "AccessDeniedException"
_STATES = {
    "Disabled": ("is disabled.", "DisabledException"),
    "PendingDeletion": ("is pending deletion.", "KMSInvalidStateException"),
    "PendingImport": ("is pending import.", "KMSInvalidStateException"),
}
"""What KMS says, after the key's ARN, of a key in a state in which it decrypts nothing."""
_GONE = (
    "The ciphertext refers to a customer master key that does not exist, does not exist in this region, "
    "or you are not allowed to access."
)


class _RefusedError(Exception):
    """KMS's refusal: its code and its words, ``relayed`` as the services' SDK writes them."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.relayed = (
            f"{words} (Service: AWSKMS; Status Code: 400; Error Code: {code}; "
            f"Request ID: {uuid.uuid4()}; Proxy: null)"
        )


def decrypt_secret(cloud: Cloud, call: Call, key_name: str | None, arn: str) -> None:
    """Raise Secrets Manager's ApiError unless the caller may decrypt the secret, and its key works."""
    try:
        _decrypt(cloud, call, key_name, {"SecretARN": arn})
    except _RefusedError as refused:
        if refused.code == _DENIED:
            raise ApiError(_DENIED, "Access to KMS is not allowed") from refused
        text = f"Secrets Manager can't decrypt the secret value: {refused.relayed}"
        raise ApiError("DecryptionFailure", text) from refused


def key_of_secret(secret: Any) -> str | None:
    """The key of a secret, or of its replica, which moto keeps under AWS's own."""
    return getattr(secret, "kms_key_id", None)


def decrypt_parameter(cloud: Cloud, call: Call, key_name: str | None, arn: str) -> None:
    """Raise SSM's ApiError: KMS's denial under KMS's own code, anything else as the key's fault."""
    try:
        _decrypt(cloud, call, key_name, {"PARAMETER_ARN": arn})
    except _RefusedError as refused:
        raise ApiError(_DENIED if refused.code == _DENIED else "InvalidKeyId", refused.relayed) from refused


def decrypt_object(cloud: Cloud, call: Call) -> None:
    """Raise S3's ApiError where a call reads an object whose key the caller may not use, or nobody can.

    The encryption context is the object's ARN, or with a bucket key the bucket's.
    """
    if (call.api, call.operation) != ("s3", "GetObject"):
        return
    bucket = f"arn:aws:s3:::{call.params['Bucket']}"
    kept = resources.find(cloud.backend, bucket)
    found = kept.keys.get(str(call.params["Key"])) if kept is not None else None
    if found is None or found.encryption != "aws:kms":
        return
    arn = bucket if found.bucket_key_enabled else f"{bucket}/{found.name}"
    try:
        _decrypt(cloud, call, found.kms_key_id, {"aws:s3:arn": arn})
    except _RefusedError as refused:
        code = _DENIED if refused.code == _DENIED else f"KMS.{refused.code}"
        raise ApiError(code, str(refused)) from refused


def _decrypt(cloud: Cloud, call: Call, key_name: str | None, encryption: dict[str, str]) -> None:
    """AWS's own keys (``alias/aws/…``) admit the account; a customer's key asks its policy.

    Raises _RefusedError.
    """
    if not cloud.enforced or call.principal is None or not key_name or "alias/aws/" in key_name:
        return
    key = looking_up.key(cloud.backend, call.region, key_name)
    if key is None:
        raise _RefusedError(_DENIED, _GONE)
    context: Context = {
        "aws:ViaAWSService": "true",
        "aws:CalledVia": (f"{call.api}.amazonaws.com",),
        "aws:RequestedRegion": call.region,
        "kms:ViaService": f"{call.api}.{call.region}.amazonaws.com",
        "kms:CallerAccount": call.principal.account,
        "kms:EncryptionContextKeys": tuple(encryption),
        **{f"kms:EncryptionContext:{name}": value for name, value in encryption.items()},
    }
    try:
        cloud.iam.authorize(call.principal, "kms:Decrypt", key.arn, context)
    except Denied as denied:
        raise _RefusedError(_DENIED, denied.message) from denied
    if key.key_state in _STATES:
        words, code = _STATES[key.key_state]
        raise _RefusedError(code, f"{key.arn} {words}")
