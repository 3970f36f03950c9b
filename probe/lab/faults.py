"""What can be wrong with a network or a service that AWS's API does not model: the scenario's switches.

This module only remembers; fronts, resolvers, the cloud and the kernel's compiler act on it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Drop = Literal["udp", "tcp", "both"]
Rcode = Literal["SERVFAIL", "REFUSED", "NXDOMAIN"]


@dataclass(frozen=True)
class NameServerFault:
    """How a custom name server misbehaves; ``delay`` in seconds before each answer."""

    drop: Drop | None = None
    rcode: Rcode | None = None
    delay: float = 0
    truncate: bool = False


@dataclass
class Faults:
    """The ``lab`` object of a scenario's ``faults``.

    ``service`` is the suffix of the service's endpoint: ``ecr.api``, ``ecr.dkr``, ``s3`` (the layer bucket
    included), ``logs``, ``secretsmanager``, ``ssm``, ``kms``, ``sts``.
    """

    name_servers: dict[str, NameServerFault] = field(default_factory=dict)
    blackholes: set[str] = field(default_factory=set)
    resets: set[str] = field(default_factory=set)
    filters: dict[str, Literal["reset", "silence"]] = field(default_factory=dict)
    issuers: dict[str, str] = field(default_factory=dict)
    certificates: dict[str, Literal["expired", "wrong-host"]] = field(default_factory=dict)
    throttled: set[str] = field(default_factory=set)
    failing: dict[str, int] = field(default_factory=dict)
    middleboxes: set[str] = field(default_factory=set)
    mtu_bytes: int | None = None
    pace_factor: float | None = None

    def name_server(
        self,
        address: str,
        drop: Drop | None = None,
        rcode: Rcode | None = None,
        delay: float = 0,
        truncate: bool = False,  # noqa: FBT001, FBT002 - the scenario's signature
    ) -> None:
        """Put a name server at an address of the VPC; it forwards to the VPC's, with these faults."""
        self.name_servers[address] = NameServerFault(drop, rcode, delay, truncate)

    def blackhole(self, service: str) -> None:
        """Nothing answers at the service's port 443: packets vanish."""
        self.blackholes.add(service)

    def reset(self, service: str) -> None:
        """Connections are accepted and then reset."""
        self.resets.add(service)

    def name_filter(self, service: str, how: Literal["reset", "silence"] = "reset") -> None:
        """Something on the path reads the name in the ClientHello and then resets, or says nothing."""
        self.filters[service] = how

    def tls_intercept(self, service: str, issuer: str = "Intercepting Proxy CA") -> None:
        """The certificate comes from somebody else's authority."""
        self.issuers[service] = issuer

    def certificate(self, service: str, kind: Literal["expired", "wrong-host"]) -> None:
        """The service shows a certificate that is out of date, or another host's."""
        self.certificates[service] = kind

    def throttle(self, service: str) -> None:
        """Every signed call is told to slow down; a mere knock is answered as ever."""
        self.throttled.add(service)

    def fail(self, service: str, status: int = 503) -> None:
        """Every call fails with an HTTP status of the 5xx kind."""
        self.failing[service] = status

    def middlebox(self, service: str) -> None:
        """Something that is not AWS answers 200 with a page of its own."""
        self.middleboxes.add(service)

    def mtu(self, size: int) -> None:
        """Packets larger than ``size`` bytes vanish on their way out of the VPC, and nothing says so."""
        self.mtu_bytes = size

    def pace(self, factor: float) -> None:
        """How many times faster than Fargate the agent gives up."""
        self.pace_factor = factor
