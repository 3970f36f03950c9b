"""What lies under a customer's key: whoever reads it must be allowed to decrypt with that key.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from probe.lab.api.calls import Call
from probe.lab.api.errors import ApiError
from probe.lab.iam import Denied, looking_up

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

SECRET_WORDS = "Access to KMS is not allowed"
PARAMETER_WORDS = (
    "The ciphertext refers to a customer master key that does not exist, does not exist in this region, "
    "or you are not allowed to access."
)


def decrypt(cloud: Cloud, call: Call, key_name: str | None, words: str) -> None:
    """Raise the service's ApiError unless the caller may use the key on its behalf.

    AWS's own keys (``alias/aws/…``) admit the account; a customer's key asks its policy.
    """
    if not cloud.enforced or call.principal is None or not key_name or "alias/aws/" in key_name:
        return
    key = looking_up.key(cloud.backend, call.region, key_name)
    if key is None:
        raise ApiError("AccessDeniedException", words)
    context = {"kms:ViaService": f"{call.api}.{call.region}.amazonaws.com", "kms:CallerAccount": call.account}
    try:
        cloud.iam.authorize(call.principal, "kms:Decrypt", key.arn, context)
    except Denied as denied:
        raise ApiError("AccessDeniedException", words) from denied
