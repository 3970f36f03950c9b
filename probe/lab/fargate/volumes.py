"""File systems of EFS, which the agent mounts before it pulls an image: name, NFS's port, and who may mount.

Nothing is mounted here: what decides on a mount is asked, and the answer is the mount helper's.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/efs-volumes.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from probe.lab.fargate import names, stops
from probe.lab.fargate.dial import Line, TransportError, connect
from probe.lab.iam import Credentials, Denied

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

NFS = 2049
TRIES = 3
MOUNT = "elasticfilesystem:ClientMount"


@dataclass(frozen=True, kw_only=True)
class Mount:
    """One volume: ``iam`` is whether the task role asks, and nobody otherwise; ``point`` an access point."""

    file_system: str
    iam: bool
    point: str
    encrypted: bool
    root: str


Admits = Callable[[Mount], bool]
"""Whether a file system lets a task mount it."""


def mount_all(line: Line, definition: Mapping[str, Any], region: str, admits: Admits) -> None:
    """Ask for every file system of a definition.  Raises StartError with the mount helper's words."""
    for one in mounts(definition):
        _mount(line, one, f"{one.file_system}.efs.{region}.amazonaws.com", admits)


def mounts(definition: Mapping[str, Any]) -> Iterator[Mount]:
    """The volumes of a definition that are file systems of EFS."""
    for volume in definition.get("volumes") or ():
        given = volume.get("efsVolumeConfiguration") or {}
        authorization = given.get("authorizationConfig") or {}
        if given:
            yield Mount(
                file_system=str(given["fileSystemId"]),
                iam=authorization.get("iam") == "ENABLED",
                point=str(authorization.get("accessPointId") or ""),
                encrypted=given.get("transitEncryption") == "ENABLED",
                root=str(given.get("rootDirectory") or "/"),
            )


def admits(cloud: Cloud, role: Credentials | None) -> Admits:
    """The file systems' own policies: one without any lets everybody mount who reaches it.

    https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
    """

    def ask(one: Mount) -> bool:
        with cloud.lock:
            known = cloud.backend("efs").file_systems_by_id.get(one.file_system)
            if known is None or not known.file_system_policy:
                return known is not None
        principal = cloud.iam.principal(role) if one.iam and role else None
        try:
            cloud.iam.authorize(principal, MOUNT, known.file_system_arn, _keys(cloud, one))
        except Denied:
            return False
        return True

    return ask


def _keys(cloud: Cloud, one: Mount) -> dict[str, str]:
    keys = {
        "aws:SecureTransport": str(one.encrypted).lower(),
        "elasticfilesystem:AccessedViaMountTarget": "true",
    }
    point = cloud.backend("efs").access_points.get(one.point)
    return keys if point is None else {**keys, "elasticfilesystem:AccessPointArn": point.access_point_arn}


def _mount(line: Line, one: Mount, host: str, admits: Admits) -> None:
    try:
        found = names.resolve(host, line.name_servers, max(line.patience / 2, names.PATIENCE_FLOOR))
    except names.LookupFailure:
        raise stops.mount_unresolved(host) from None
    try:
        connect(line.among(TRIES), found[0], NFS).close()
    except TransportError as error:
        raise stops.mount_failed(str(error), TRIES, timed_out=error.timed_out) from None
    if not admits(one):
        raise stops.mount_denied(host, one.root)
