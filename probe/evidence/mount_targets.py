"""The mount targets of file systems: interfaces, whose descriptions say which file system they lead to.

https://docs.aws.amazon.com/efs/latest/ug/accessing-fs.html
"""

from __future__ import annotations

import re

from probe.evidence.places import chart
from probe.evidence.snapshot import Interface, Snapshot, read

_NAME = re.compile(r"(?P<id>fs-[0-9a-f]+)\.efs\.")


def file_system(host: str) -> str | None:
    """The file system that a host name is of; ``None`` for another host's."""
    found = _NAME.match(host)
    return found["id"] if found is not None else None


def of(snapshot: Snapshot, identity: str) -> tuple[Interface, ...]:
    """The interfaces of a file system that could be read."""
    described = f"EFS mount target for {identity} "
    return tuple(one for one in read(snapshot.interfaces) if one.description.startswith(described))


def addresses(snapshot: Snapshot, identity: str, subnet: str) -> tuple[str, ...]:
    """Where the file system's name leads from a subnet: to the mount target of the same zone alone."""
    zones = {one.id: one.az for one in chart(snapshot).subnets.values()}
    here = (one for one in of(snapshot, identity) if zones.get(one.subnet, "") == zones.get(subnet))
    return tuple(address for one in here for address in one.addresses)
