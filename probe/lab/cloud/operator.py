"""The person at the desk: an IAM user with AdministratorAccess."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

NAME = "operator"
_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def credentials(cloud: Cloud) -> Mapping[str, str]:
    """Environment variables with the operator's keys; the user is made when first asked for."""
    with cloud.lock:
        iam = cloud.backend("iam")
        if NAME not in iam.users:
            iam.create_user("us-east-1", NAME)
            iam.attach_user_policy(_ADMINISTRATOR, NAME)
            iam.create_access_key(NAME)
        key = iam.users[NAME].access_keys[0]
    return {"AWS_ACCESS_KEY_ID": key.access_key_id, "AWS_SECRET_ACCESS_KEY": key.secret_access_key}
