"""What can be wrong with a network or a service that AWS's API does not model: the scenario's switches.

This module only remembers; fronts, resolvers, the cloud and the kernel's compiler act on it.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Drop = Literal["udp", "tcp", "both"]
Rcode = Literal["SERVFAIL", "REFUSED", "NXDOMAIN"]
Software = Literal["unbound", "dnsmasq"]
Upstream = Literal["vpc", "world"]
How = Literal["reset", "silence"]
Kind = Literal["expired", "wrong-host"]

_LEAST_MTU = 68
"""What IPv4 demands of every link.  https://www.rfc-editor.org/rfc/rfc791"""
_SERVER_ERRORS = range(500, 600)


@dataclass(frozen=True)
class NameServerFault:
    """How a custom name server misbehaves; ``delay`` in seconds before each answer.

    ``software`` is a real server in its place, without faults; ``upstream`` is whom it asks.
    """

    drop: Drop | None = None
    rcode: Rcode | None = None
    delay: float = 0
    truncate: bool = False
    software: Software | None = None
    upstream: Upstream = "vpc"

    def __post_init__(self) -> None:
        for value, allowed in ((self.drop, Drop), (self.rcode, Rcode), (self.software, Software)):
            _demand(value is None or value in get_args(allowed), value, _choice(allowed))
        _demand(self.upstream in get_args(Upstream), self.upstream, _choice(Upstream))
        if self.software and (self.drop or self.rcode or self.delay or self.truncate):
            msg = f"a real {self.software} has no faults to switch on: leave out software, or the faults"
            raise ValueError(msg)
        if self.software and self.upstream != "vpc":
            msg = f"a real {self.software} forwards to the VPC's resolver: leave out software, or upstream"
            raise ValueError(msg)


@dataclass
class Faults:
    """The ``lab`` object of a scenario's ``faults``.

    ``service`` is the suffix of the service's endpoint: ``ecr.api``, ``ecr.dkr``, ``s3`` (the layer bucket
    included), ``logs``, ``secretsmanager``, ``ssm``, ``kms``, ``sts``; or the name of a host outside AWS,
    such as a registry's, its token server's or that of its layers.
    """

    name_servers: dict[str, NameServerFault] = field(default_factory=dict)
    servers: set[tuple[str, int]] = field(default_factory=set)
    blackholes: set[str] = field(default_factory=set)
    refusals: set[str] = field(default_factory=set)
    resets: set[str] = field(default_factory=set)
    endpoints: dict[str, str] = field(default_factory=dict)
    filters: dict[str, How] = field(default_factory=dict)
    issuers: dict[str, str] = field(default_factory=dict)
    certificates: dict[str, Kind] = field(default_factory=dict)
    throttled: set[str] = field(default_factory=set)
    failing: dict[str, int] = field(default_factory=dict)
    middleboxes: set[str] = field(default_factory=set)
    mtu_bytes: int | None = None
    pace_factor: float | None = None
    private: dict[str, tuple[str, str]] = field(default_factory=dict)
    limited: set[str] = field(default_factory=set)

    @property
    def services(self) -> frozenset[str]:
        """Every service and host that something is wrong with."""
        several = (self.blackholes, self.refusals, self.resets, self.throttled, self.middleboxes)
        mapped = (self.filters, self.issuers, self.certificates, self.failing)
        return frozenset().union(*several, *mapped)

    def name_server(  # noqa: PLR0913 - the scenario's signature
        self,
        address: str,
        drop: Drop | None = None,
        rcode: Rcode | None = None,
        delay: float = 0,
        truncate: bool = False,  # noqa: FBT001, FBT002 - the scenario's signature
        *,
        software: Software | None = None,
        upstream: Upstream = "vpc",
    ) -> None:
        """Put a name server at an address of the VPC; it forwards to the VPC's, with these faults.

        With ``upstream="world"`` it knows what everybody knows, and nothing of the VPC's own names.  With
        ``software`` a real ``unbound`` or ``dnsmasq`` stands there, as healthy as those are.
        """
        _check_address(address)
        self.name_servers[address] = NameServerFault(drop, rcode, delay, truncate, software, upstream)

    def server(self, address: str, port: int) -> None:
        """Put a host at an address of the VPC, with a port that speaks no TLS, as a database's."""
        _check_address(address)
        self.servers.add((address, port))

    def hosts(self) -> tuple[str, ...]:
        """Every address at which one of these stands."""
        return (*self.name_servers, *sorted({address for address, _ in self.servers}))

    def blackhole(self, service: str) -> None:
        """Nothing answers at the service's port 443: packets vanish."""
        self.blackholes.add(service)

    def refuse(self, service: str) -> None:
        """Nobody listens at the service's port 443: connections are refused."""
        self.refusals.add(service)

    def reset(self, service: str) -> None:
        """Connections are reset as soon as they stand, before a byte was read."""
        self.resets.add(service)

    def endpoint(self, service: str, state: str = "failed") -> None:
        """The VPC endpoints for the service are in another state than available; one made later is not."""
        self.endpoints[service] = state

    def name_filter(self, service: str, how: How = "reset") -> None:
        """Something on the path reads the name in the ClientHello and then resets, or says nothing."""
        _demand(how in get_args(How), how, _choice(How))
        self.filters[service] = how

    def tls_intercept(self, service: str, issuer: str = "Intercepting Proxy CA") -> None:
        """The certificate comes from somebody else's authority."""
        self.issuers[service] = issuer

    def certificate(self, service: str, kind: Kind) -> None:
        """The service shows a certificate that is out of date, or another host's."""
        _demand(kind in get_args(Kind), kind, _choice(Kind))
        self.certificates[service] = kind

    def throttle(self, service: str) -> None:
        """Every signed call is told to slow down; a mere knock is answered as ever."""
        self.throttled.add(service)

    def fail(self, service: str, status: int = 503) -> None:
        """Every call fails with an HTTP status of the 5xx kind."""
        _demand(status in _SERVER_ERRORS, status, "a status from 500 to 599")
        self.failing[service] = status

    def middlebox(self, service: str) -> None:
        """Something that is not AWS answers 200 with a page of its own."""
        self.middleboxes.add(service)

    def private_images(self, images: str, username: str, password: str) -> None:
        """Only this login pulls what begins so: a registry, or a repository (``docker.io/acme/web``)."""
        self.private[images] = (username, password)

    def rate_limit(self, registry: str) -> None:
        """The registry, by its name in images (``docker.io``) or its host, has no pulls left for anybody."""
        self.limited.add(registry)

    def mtu(self, size: int) -> None:
        """Packets larger than ``size`` bytes vanish on every way through the VPC, and nothing says so."""
        _demand(size >= _LEAST_MTU, size, f"a size of at least {_LEAST_MTU} bytes")
        self.mtu_bytes = size

    def pace(self, factor: float) -> None:
        """How many times faster than Fargate the agent gives up."""
        _demand(factor > 0, factor, "a factor above 0")
        self.pace_factor = factor


def _demand(holds: bool, value: object, what: str) -> None:  # noqa: FBT001 - a condition, as assert's
    """Raise ValueError unless a switch got what it takes."""
    if not holds:
        raise ValueError(f"{value!r} is not {what}")


def _choice(literal: Any) -> str:
    return "one of " + ", ".join(get_args(literal))


def _check_address(address: str) -> None:
    """Raise ValueError for what is no address."""
    ipaddress.IPv4Address(address)
