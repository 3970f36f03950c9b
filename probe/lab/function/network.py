"""A function's way into a VPC: an interface a pair of subnet and groups, shared by its functions.

Lambda makes it while a function is Pending and keeps it for a while after the last one is deleted.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from probe.lab import interfaces, netns
from probe.lab.cloud.repairs.interfaces import own

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

LINGERING = 180.0
"""Seconds that Lambda keeps an interface nobody uses; AWS says up to twenty minutes."""

_PORTS = (("ipv4/ip_local_port_range", "1024 65535"), ("ipv4/ip_local_reserved_ports", "\n"))
"""Replies to a function come to any of these ports.

https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html
"""

Pair = tuple[str, frozenset[str]]


class NoInterfaceError(Exception):
    """EC2 gave no interface; ``code`` is Lambda's word for why, the text its reason."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass
class _Attachment:
    """The interface of a pair, and the functions that use it."""

    eni: str
    users: set[str] = field(default_factory=set)


class Network:
    """The interfaces of all functions.  ``pace`` gives how many times faster than Lambda they go."""

    def __init__(self, cloud: Cloud, pace: Callable[[], float]) -> None:
        self._cloud, self._pace = cloud, pace
        self._attached: dict[Pair, _Attachment] = {}
        self._lock = threading.Lock()

    def join(self, name: str, subnets: Iterable[str], groups: Iterable[str]) -> tuple[str, ...]:
        """The interfaces that a function uses, one a subnet.  Raises NoInterfaceError."""
        return tuple(self._join(name, (subnet, frozenset(groups))) for subnet in subnets)

    def leave(self, name: str) -> None:
        """Say that a function is gone; an interface without any follows it after a while."""
        with self._lock:
            left = [pair for pair, one in self._attached.items() if one.users == {name}]
            for one in self._attached.values():
                one.users.discard(name)
            for pair in left:
                self._mark(self._attached[pair].eni, "available")
        if left:
            threading.Thread(target=self._expire, args=(left,), daemon=True).start()

    def _join(self, name: str, pair: Pair) -> str:
        with self._lock:
            if pair not in self._attached:
                self._attached[pair] = _Attachment(self._make(name, pair))
            shared = self._attached[pair]
            shared.users.add(name)
            self._mark(shared.eni, "in-use")
            return shared.eni

    def _make(self, name: str, pair: Pair) -> str:
        subnet, groups = pair
        description = f"AWS Lambda VPC ENI-{name}-{uuid.uuid4()}"
        try:
            made = self._cloud.client("ec2").create_network_interface(
                SubnetId=subnet, Groups=sorted(groups), Description=description
            )
        except ClientError as refusal:
            raise _refused(refusal, subnet) from None
        eni = str(made["NetworkInterface"]["NetworkInterfaceId"])
        with self._cloud.lock:
            held = self._cloud.backend("ec2").get_network_interface(eni)
            own(held, kind="lambda", description=description, groups=held.group_set)
        netns.sysctl(eni, _PORTS)
        return eni

    def _mark(self, eni: str, status: str) -> None:
        with self._cloud.lock:
            held = self._cloud.backend("ec2").enis.get(eni)
            if held is not None:
                held.status = status

    def _expire(self, pairs: list[Pair]) -> None:
        time.sleep(LINGERING / self._pace())
        with self._lock:
            gone = [self._attached.pop(pair).eni for pair in pairs if self._is_left(pair)]
        for eni in gone:
            interfaces.remove(self._cloud, eni)

    def _is_left(self, pair: Pair) -> bool:
        """Whether nobody has come back to the interface of a pair meanwhile."""
        return pair in self._attached and not self._attached[pair].users


def _refused(refusal: ClientError, subnet: str) -> NoInterfaceError:
    error = refusal.response["Error"]
    if error["Code"] == "InsufficientFreeAddressesInSubnet":
        text = (
            "Lambda was not able to create an ENI in the VPC of the Lambda function because one or more of "
            f"the configured subnets has no available IP addresses. Subnet: {subnet}"
        )
        return NoInterfaceError("SubnetOutOfIPAddresses", text)
    return NoInterfaceError("InternalError", f"EC2 Error Code: {error['Code']}. {error['Message']}")
