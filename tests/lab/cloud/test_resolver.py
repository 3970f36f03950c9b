"""The name servers on loopback sockets: a VPC's, the world's, and custom ones with their faults."""

from __future__ import annotations

from typing import Any

import dns.exception
import dns.flags
import dns.rcode
import pytest

from probe.lab.cloud import Cloud
from probe.lab.faults import NameServerFault
from probe.lab.resolver import NameServer, Resolver
from tests.lab.cloud.loopback import Loopback, addresses
from tests.lab.cloud.networks import Network

SECRETS = "secretsmanager.us-east-1.amazonaws.com"
REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"


@pytest.mark.parametrize("proto", ["udp", "tcp"])
def test_public_names_have_public_addresses(resolver: Resolver, loopback: Loopback, proto: str) -> None:
    """Without an endpoint a VPC sees the addresses that everybody sees, over UDP and TCP."""
    resolver.apply([NameServer("world", "any")])

    found = addresses(loopback.resolve("world", SECRETS, proto=proto))

    assert [True] == [one.startswith("198.51.100.") for one in found]


def test_services_have_addresses_of_their_own(resolver: Resolver, loopback: Loopback) -> None:
    """Each service has its own address, and S3's lies in its prefix list."""
    resolver.apply([NameServer("world", "any")])
    names = [SECRETS, REGISTRY, "api.ecr.us-east-1.amazonaws.com", "logs.us-east-1.amazonaws.com"]

    found = [addresses(loopback.resolve("world", name))[0] for name in names]
    s3 = addresses(
        loopback.resolve("world", "prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com")
    )

    assert 4 == len(set(found))
    assert ["192.0.2.1"] == s3


MISSES = {
    "aaaa": (SECRETS, "AAAA", dns.rcode.NOERROR),
    "unknown": ("db.example.com", "A", dns.rcode.NXDOMAIN),
    "no-such-region": ("secretsmanager.us-east-9.amazonaws.com", "A", dns.rcode.NXDOMAIN),
    "no-such-service": ("secretmanager.us-east-1.amazonaws.com", "A", dns.rcode.NXDOMAIN),
}


@pytest.mark.parametrize(("name", "kind", "rcode"), MISSES.values(), ids=MISSES)
def test_miss_says_whether_the_name_exists(
    resolver: Resolver, loopback: Loopback, name: str, kind: str, rcode: dns.rcode.Rcode
) -> None:
    """A name without such a record is no error; a name that is nobody's does not exist."""
    resolver.apply([NameServer("world", "any")])

    reply = loopback.resolve("world", name, kind)

    assert (rcode, []) == (reply.rcode(), reply.answer)


def private(network: Network) -> list[str]:
    """The addresses of the VPC's interfaces."""
    return sorted(str(eni["PrivateIpAddress"]) for eni in network.interfaces())


def test_private_dns_answers_with_the_endpoints_interfaces(
    resolver: Resolver, loopback: Loopback, network: Network
) -> None:
    """In the VPC the service's name has the interfaces' addresses; in the world it keeps its own."""
    network.endpoint("secretsmanager")
    resolver.apply([NameServer("vpc", "any", network.vpc), NameServer("world", "any")])

    inside, outside = (addresses(loopback.resolve(where, SECRETS)) for where in ("vpc", "world"))

    assert private(network) == inside
    assert not set(inside) & set(outside)


def test_registry_endpoint_covers_every_account(
    resolver: Resolver, loopback: Loopback, network: Network
) -> None:
    """ECR's private DNS is a wildcard, and leaves the API's name alone."""
    network.endpoint("ecr.dkr")
    resolver.apply([NameServer("vpc", "any", network.vpc)])

    assert private(network) == addresses(loopback.resolve("vpc", REGISTRY))
    assert not set(private(network)) & set(
        addresses(loopback.resolve("vpc", "api.ecr.us-east-1.amazonaws.com"))
    )


def modify(network: Network, **attribute: Any) -> None:
    network.ec2.modify_vpc_attribute(VpcId=network.vpc, **attribute)


@pytest.mark.parametrize("case", ["hostnames-off", "private-dns-off", "deleted"])
def test_private_dns_ends_with_its_conditions(
    resolver: Resolver, loopback: Loopback, network: Network, case: str
) -> None:
    """The public address comes back when an attribute, the switch or the endpoint goes."""
    endpoint = network.endpoint("secretsmanager")["VpcEndpointId"]
    resolver.apply([NameServer("vpc", "any", network.vpc)])
    match case:
        case "hostnames-off":
            modify(network, EnableDnsHostnames={"Value": False})
        case "private-dns-off":
            network.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PrivateDnsEnabled=False)
        case _:
            network.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])

    found = addresses(loopback.resolve("vpc", SECRETS))

    assert [True] == [one.startswith("198.51.100.") for one in found]


def test_endpoints_own_names_resolve_everywhere(
    resolver: Resolver, loopback: Loopback, network: Network
) -> None:
    """vpce-… names give private addresses, a zone's name the one of that zone."""
    endpoint = network.endpoint("secretsmanager", PrivateDnsEnabled=False)
    resolver.apply([NameServer("world", "any")])
    regional, first, *_ = (entry["DnsName"] for entry in endpoint["DnsEntries"])

    assert private(network) == addresses(loopback.resolve("world", regional))
    assert private(network)[:1] == addresses(loopback.resolve("world", first))


def test_hosted_zone_shadows_the_public_name(
    cloud: Cloud, resolver: Resolver, loopback: Loopback, network: Network
) -> None:
    """A private hosted zone of the VPC answers its names, and names that it lacks do not exist."""
    route53 = cloud.client("route53")
    zone = route53.create_hosted_zone(
        Name=SECRETS,
        CallerReference=network.vpc,
        VPC={"VPCRegion": "us-east-1", "VPCId": network.vpc},
        HostedZoneConfig={"PrivateZone": True},
    )["HostedZone"]["Id"]
    record = {"Name": SECRETS, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "10.9.0.7"}]}
    route53.change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    )
    resolver.apply([NameServer("vpc", "any", network.vpc)])

    assert ["10.9.0.7"] == addresses(loopback.resolve("vpc", SECRETS))
    assert dns.rcode.NXDOMAIN == loopback.resolve("vpc", f"other.{SECRETS}").rcode()


DROPS = [("udp", "udp"), ("tcp", "tcp"), ("both", "udp"), ("both", "tcp")]


@pytest.mark.parametrize(("drop", "proto"), DROPS)
def test_dropped_question_gets_no_answer(
    resolver: Resolver, loopback: Loopback, drop: Any, proto: str
) -> None:
    """A server that drops a protocol is silent on it."""
    resolver.apply([NameServer("custom", "any", custom=NameServerFault(drop=drop))])

    with pytest.raises(dns.exception.Timeout):
        loopback.resolve("custom", SECRETS, proto=proto, timeout=0.3)


def test_server_that_drops_tcp_answers_over_udp(resolver: Resolver, loopback: Loopback) -> None:
    """The other protocol goes on working."""
    resolver.apply([NameServer("custom", "any", custom=NameServerFault(drop="tcp"))])

    assert 1 == len(addresses(loopback.resolve("custom", SECRETS)))


@pytest.mark.parametrize("rcode", ["SERVFAIL", "REFUSED", "NXDOMAIN"])
def test_refusing_server_refuses(resolver: Resolver, loopback: Loopback, rcode: Any) -> None:
    """Every question gets the given answer."""
    resolver.apply([NameServer("custom", "any", custom=NameServerFault(rcode=rcode))])

    assert dns.rcode.from_text(rcode) == loopback.resolve("custom", SECRETS).rcode()


def test_truncating_server_answers_in_full_over_tcp(resolver: Resolver, loopback: Loopback) -> None:
    """Over UDP comes an empty answer with the TC bit, over TCP the whole."""
    resolver.apply([NameServer("custom", "any", custom=NameServerFault(truncate=True))])

    short, whole = (loopback.resolve("custom", SECRETS, proto=proto) for proto in ("udp", "tcp"))

    assert (True, []) == (bool(short.flags & dns.flags.TC), short.answer)
    assert (False, 1) == (bool(whole.flags & dns.flags.TC), len(whole.answer))


def test_slow_server_is_slow(resolver: Resolver, loopback: Loopback) -> None:
    """Who waits for less than the delay gets no answer, who waits for more gets the right one."""
    resolver.apply([NameServer("custom", "any", custom=NameServerFault(delay=0.5))])

    with pytest.raises(dns.exception.Timeout):
        loopback.resolve("custom", SECRETS, timeout=0.1)

    assert addresses(loopback.resolve("custom", SECRETS, timeout=30))
