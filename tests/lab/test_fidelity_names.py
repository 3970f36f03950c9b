"""AWS's documented rules about names against packets: one row a rule, each with where AWS says so.

A VPC with endpoints for Secrets Manager (private DNS on) and CloudWatch Logs (off) is asked over real sockets
on this machine's loopback, where a port stands for a namespace.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from probe.lab.cloud import Cloud
from probe.lab.resolver import NameServer, Resolver
from probe.lab.route53.forwarding import Forwarding
from tests.lab.cloud.conftest import certificates, cloud, loopback, network
from tests.lab.cloud.loopback import ADDRESS, Loopback
from tests.lab.cloud.networks import REGION, Network
from tests.lab.cloud.route53 import TARGET, Change, Place, attribute, firewall, rule, zone

__all__ = ["certificates", "cloud", "loopback", "network"]

GUIDE = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide"
ZONES = f"{GUIDE}/hosted-zone-private-considerations.html"
WILDCARDS = f"{GUIDE}/DomainNameFormat.html#domain-name-format-asterisk"
RULES = f"{GUIDE}/resolver-overview-forward-vpc-to-network-using-rules.html"
MATCHES = f"{GUIDE}/resolver-overview-forward-vpc-to-network-domain-name-matches.html"
FIREWALL = f"{GUIDE}/resolver-dns-firewall-overview.html"
ACTIONS = f"{GUIDE}/resolver-dns-firewall-rule-actions.html"
SETTINGS = f"{GUIDE}/resolver-dns-firewall-rule-settings.html"
LISTS = f"{GUIDE}/resolver-dns-firewall-user-managed-domain-lists.html"
PRIVATE_DNS = "https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html"

AWS = "amazonaws.com"
SECRETS, LOGS, SSM = (f"{name}.{REGION}.{AWS}" for name in ("secretsmanager", "logs", "ssm"))
ELSEWHERE, THIRD = "10.9.9.9", "10.9.9.10"
ENDPOINT, PUBLIC, NODATA = "the endpoint's addresses", "a public address", "NOERROR"


NXDOMAIN = {"BlockResponse": "NXDOMAIN"}
OVERRIDE = {
    "BlockResponse": "OVERRIDE",
    "BlockOverrideDomain": "sink.example",
    "BlockOverrideDnsType": "CNAME",
    "BlockOverrideTtl": 1,
}
TRUSTED = {"FirewallDomainRedirectionAction": "TRUST_REDIRECTION_DOMAIN"}
LED = zone(SSM, (SSM, "CNAME", SECRETS))
BLOCK = (SECRETS, "BLOCK", NXDOMAIN)
OWN = zone(SSM, (SSM, "A", ELSEWHERE))
PARENT = zone(AWS, (f"*.{AWS}", "A", ELSEWHERE))
SINK = zone("sink.example", ("sink.example", "A", ELSEWHERE))


@dataclass(frozen=True)
class Row:
    """With these changes a name comes to an answer: addresses, or what kind of them, or an rcode."""

    asked: str
    outcome: str
    source: str
    changes: tuple[Change, ...] = ()


ROWS = {
    "private DNS leads to the endpoint": Row(SECRETS, ENDPOINT, PRIVATE_DNS),
    "an endpoint without private DNS leaves the public name": Row(LOGS, PUBLIC, PRIVATE_DNS),
    "private DNS needs host names": Row(SECRETS, PUBLIC, PRIVATE_DNS, (attribute(EnableDnsHostnames=False),)),
    "a zone shadows the public name": Row(SSM, ELSEWHERE, ZONES, (OWN,)),
    "a zone needs host names": Row(SSM, PUBLIC, ZONES, (OWN, attribute(EnableDnsHostnames=False))),
    "a zone without the record is asked no further": Row(SSM, "NXDOMAIN", ZONES, (zone(AWS),)),
    "a zone of another domain has no say": Row(SSM, PUBLIC, ZONES, (zone("example.com"),)),
    "the most specific zone decides": Row(SSM, ELSEWHERE, ZONES, (OWN, zone(AWS, (f"*.{AWS}", "A", THIRD)))),
    "the most specific zone decides, an endpoint's too": Row(SECRETS, ENDPOINT, ZONES, (PARENT,)),
    "a wildcard stands for names below it": Row(LOGS, ELSEWHERE, WILDCARDS, (PARENT,)),
    "a record of its own comes before a wildcard": Row(
        SSM, ELSEWHERE, WILDCARDS, (zone(AWS, (f"*.{AWS}", "A", THIRD), (SSM, "A", ELSEWHERE)),)
    ),
    "a CNAME is followed": Row(SSM, ENDPOINT, f"{GUIDE}/ResourceRecordTypes.html#CNAMEFormat", (LED,)),
    "a rule forwards its domain": Row(SSM, THIRD, RULES, (rule(SSM),)),
    "a rule forwards what is below its domain": Row(SSM, THIRD, MATCHES, (rule(AWS),)),
    "a rule leaves other domains alone": Row(SSM, PUBLIC, MATCHES, (rule("example.com"),)),
    "the most specific rule decides": Row(SSM, PUBLIC, MATCHES, (rule(AWS), rule(SSM, "SYSTEM"))),
    "a rule comes before a zone of the same domain": Row(SSM, THIRD, ZONES, (OWN, rule(SSM))),
    "a zone comes before a rule of its parent domain": Row(SSM, ELSEWHERE, RULES, (OWN, rule(AWS))),
    "a rule comes before private DNS of the same domain": Row(SECRETS, THIRD, ZONES, (rule(SECRETS),)),
    "private DNS comes before a rule of its parent domain": Row(SECRETS, ENDPOINT, RULES, (rule(AWS),)),
    "a firewall says that there is no such name": Row(SECRETS, "NXDOMAIN", ACTIONS, (firewall(101, BLOCK),)),
    "a firewall says that there is no data": Row(
        SECRETS, NODATA, ACTIONS, (firewall(101, (SECRETS, "BLOCK", {"BlockResponse": "NODATA"})),)
    ),
    "a firewall answers with its own record": Row(
        SECRETS, ELSEWHERE, ACTIONS, (SINK, firewall(101, (SECRETS, "BLOCK", OVERRIDE)))
    ),
    "an alert lets through": Row(SECRETS, ENDPOINT, ACTIONS, (firewall(101, (SECRETS, "ALERT", {})),)),
    "a firewall is asked before a rule": Row(
        SECRETS, "NXDOMAIN", FIREWALL, (rule(SECRETS), firewall(101, BLOCK))
    ),
    "the first rule of a group decides": Row(
        SECRETS, ENDPOINT, SETTINGS, (firewall(101, (SECRETS, "ALLOW", {}), BLOCK),)
    ),
    "the first group of a VPC decides": Row(
        SECRETS,
        ENDPOINT,
        FIREWALL,
        (firewall(102, BLOCK), firewall(101, (SECRETS, "ALLOW", {}))),
    ),
    "an alert ends the inspection": Row(
        SECRETS, ENDPOINT, FIREWALL, (firewall(101, (SECRETS, "ALERT", {}), BLOCK),)
    ),
    "a listed domain is itself alone": Row(
        SECRETS, ENDPOINT, LISTS, (firewall(101, (f"{REGION}.{AWS}", "BLOCK", NXDOMAIN)),)
    ),
    "an asterisk covers what is below": Row(
        SECRETS, "NXDOMAIN", LISTS, (firewall(101, (f"*.{AWS}", "BLOCK", NXDOMAIN)),)
    ),
    "an asterisk leaves out the domain itself": Row(
        SECRETS, ENDPOINT, LISTS, (firewall(101, (f"*.{SECRETS}", "BLOCK", NXDOMAIN)),)
    ),
    "an asterisk alone covers everything": Row(
        SECRETS, "NXDOMAIN", LISTS, (firewall(101, ("*", "BLOCK", NXDOMAIN)),)
    ),
    "where a name leads is inspected too": Row(SSM, "NXDOMAIN", SETTINGS, (LED, firewall(101, BLOCK))),
    "where a trusted name leads is not": Row(
        SSM, ENDPOINT, SETTINGS, (LED, firewall(101, (SSM, "ALLOW", TRUSTED), BLOCK))
    ),
    "a rule about another type of record has no say": Row(
        SECRETS,
        ENDPOINT,
        SETTINGS,
        (firewall(101, (SECRETS, "BLOCK", NXDOMAIN | {"Qtype": "MX"})),),
    ),
}


@pytest.fixture
def target() -> Iterator[int]:
    """The port of a server on the other side of a rule, which answers every question for A with THIRD."""
    serving = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    serving.bind((ADDRESS, 0))
    thread = threading.Thread(target=_serve, args=(serving,))
    thread.start()
    yield serving.getsockname()[1]
    serving.sendto(b"", serving.getsockname())
    thread.join()
    serving.close()


def _serve(serving: socket.socket) -> None:
    """Until an empty datagram comes."""
    while (received := serving.recvfrom(4096))[0]:
        wire, client = received
        reply = dns.message.make_response(dns.message.from_wire(wire))
        reply.answer.append(dns.rrset.from_text(reply.question[0].name, 60, "IN", "A", THIRD))
        serving.sendto(reply.to_wire(), client)


@pytest.fixture
def resolver(cloud: Cloud, loopback: Loopback, target: int) -> Iterator[Resolver]:
    """Whoever forwards reaches the server of ``target``, wherever the rule sends them."""

    def connect(namespace: str, address: str, port: int, kind: int) -> socket.socket:
        assert (namespace[:4], address, port) == ("eni-", TARGET, 53)
        made = socket.socket(socket.AF_INET, kind)
        made.settimeout(3)
        made.connect((ADDRESS, target))
        return made

    made = Resolver(cloud, loopback.open, Forwarding(connect))
    yield made
    made.apply([])
    # An account has four Resolver endpoints at most, and its state is the process's.
    cloud.backend("route53resolver").reset()


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_name_comes_to_what_aws_documents(
    row: Row,
    cloud: Cloud,
    resolver: Resolver,
    loopback: Loopback,
    network: Network,
) -> None:
    """The VPC's resolver answers as the page that the row names says."""
    network.endpoint("secretsmanager")
    network.endpoint("logs", PrivateDnsEnabled=False)
    for change in row.changes:
        change(Place(network, cloud))
    resolver.apply([NameServer("vpc", "any", network.vpc)])

    assert row.outcome == outcome(loopback.resolve("vpc", row.asked), network)


def outcome(reply: dns.message.Message, network: Network) -> str:
    """An answer in a row's words."""
    found = {
        one.to_text() for several in reply.answer for one in several if several.rdtype == dns.rdatatype.A
    }
    own = {str(eni["PrivateIpAddress"]) for eni in network.interfaces(interface_type="vpc_endpoint")}
    if not found:
        return dns.rcode.to_text(reply.rcode())
    if found <= own:
        return ENDPOINT
    public = all(address.startswith("198.51.100.") for address in found)
    return PUBLIC if public else ",".join(sorted(found))
