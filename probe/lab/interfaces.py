"""Interfaces that AWS keeps for a customer, and takes away itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_GONE = "InvalidNetworkInterfaceID.NotFound"


def remove(cloud: Cloud, eni: str) -> None:
    """Delete an interface.  One that somebody else deleted already is gone, which is what was wanted."""
    try:
        cloud.client("ec2").delete_network_interface(NetworkInterfaceId=eni)
    except ClientError as error:
        if error.response["Error"]["Code"] != _GONE:
            raise
