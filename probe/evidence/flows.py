"""The nouns of evidence: a flow, where it goes, and what each gate on its way says."""

from __future__ import annotations

from enum import StrEnum

from probe.evidence.fits import TCP, Ports
from probe.model import Noun

LINUX_PORTS: Ports = (32768, 60999)
"""Linux's default ``ip_local_port_range``: where the replies to a task go."""
NAT_PORTS: Ports = (1024, 65535)
"""Where the replies to a NAT gateway and to a Lambda function go."""


class Verdict(StrEnum):
    """What configuration says of a flow at one gate."""

    ALLOWS = "allows"
    BLOCKS = "blocks"
    UNKNOWN = "unknown"


class Gate(StrEnum):
    """What stands on a path, and can close it."""

    PLACE = "place"
    GROUP_EGRESS = "group-egress"
    GROUP_INGRESS = "group-ingress"
    ACL_REQUEST = "acl-request"
    ACL_REPLY = "acl-reply"
    ROUTE = "route"
    BLACKHOLE = "blackhole"
    PUBLIC_ADDRESS = "public-address"
    PUBLIC_ACCESS = "public-access"
    NAT = "nat"
    ENDPOINT = "endpoint"
    BEYOND = "beyond"


class Peer(Noun, kw_only=True):
    """One end of a flow: its addresses, and its security groups where it is an interface of the VPC."""

    network: str
    groups: tuple[str, ...] = ()


class Flow(Noun, kw_only=True):
    """One connection from a task: ``address`` is where it goes, ``None`` where only the service is known.

    ``service_name`` is the endpoint service's (``com.amazonaws.R.S``); ``local_ports`` is the client's
    own ephemeral range; ``protocol`` is the IANA number as text.
    """

    subnet: str
    groups: tuple[str, ...]
    public_ip: bool
    port: int = 443
    address: str | None = None
    service_name: str | None = None
    protocol: str = TCP
    local_ports: Ports = LINUX_PORTS


class Hop(Noun, kw_only=True):
    """What one gate says: ``subject`` is the id of what decides, ``because`` the sentence for people.

    ``cidr``, ``ports``, ``protocol`` and ``peers`` (groups) are what would have to be admitted there.
    ``UNKNOWN`` with ``partial`` set is a rule that admits only some of the flow's addresses or ports.
    """

    gate: Gate
    verdict: Verdict
    subject: str
    because: str
    at: str = ""
    partial: bool = False
    cidr: str = ""
    ports: Ports = (0, 65535)
    protocol: str = TCP
    peers: tuple[str, ...] = ()
