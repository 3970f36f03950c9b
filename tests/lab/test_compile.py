"""State to text: what the compiler writes for single objects, without a kernel."""

from __future__ import annotations

from dataclasses import replace

import pytest

from probe.lab.compile import acls, compile_state, groups, routes
from probe.lab.compile.conditions import Conditions
from probe.lab.compile.devices import device, table_number
from probe.lab.compile.matching import peer, traffic
from probe.lab.state import AclEntry, Route, Rule, State, Vpc
from tests.lab import states

TRAFFIC = [
    pytest.param("-1", None, "", id="everything"),
    pytest.param("tcp", (443, 443), "tcp dport 443", id="one-port"),
    pytest.param("6", (1024, 65535), "tcp dport 1024-65535", id="range-by-number"),
    pytest.param("udp", (0, 65535), "meta l4proto udp", id="every-port"),
    pytest.param("tcp", None, "meta l4proto tcp", id="no-ports"),
    pytest.param("icmp", (-1, -1), "meta l4proto icmp", id="any-icmp"),
    pytest.param("1", (8, -1), "icmp type 8", id="ping"),
    pytest.param("icmp", (3, 4), "icmp type 3 icmp code 4", id="fragmentation-needed"),
    pytest.param("50", None, "meta l4proto 50", id="other-protocol"),
]


@pytest.mark.parametrize(("protocol", "ports", "expected"), TRAFFIC)
def test_traffic_is_matched_as_aws_names_it(
    protocol: str, ports: tuple[int, int] | None, expected: str
) -> None:
    """Names and IANA numbers mean the same; no ports and every port mean the protocol."""
    assert expected == traffic(protocol, ports)


PEERS = [
    pytest.param([], None, id="nobody"),
    pytest.param(["0.0.0.0/0", "10.0.0.0/8"], "", id="everywhere"),
    pytest.param(["10.0.9.0/24", "10.0.0.0/24"], "ip saddr { 10.0.0.0/24, 10.0.9.0/24 }", id="blocks"),
    pytest.param(["10.0.0.7/16", "10.0.3.0/24"], "ip saddr { 10.0.0.0/16 }", id="overlapping-with-host-bits"),
    pytest.param(["10.0.0.7", "10.0.0.9/32"], "ip saddr { 10.0.0.7, 10.0.0.9 }", id="addresses"),
]


@pytest.mark.parametrize(("blocks", "expected"), PEERS)
def test_a_peer_without_blocks_is_nobody_and_not_everybody(blocks: list[str], expected: str | None) -> None:
    """A group without members, or an empty prefix list, admits nothing."""
    assert expected == peer("saddr", blocks)


def test_acl_entries_are_asked_in_number_order_and_end_in_a_drop() -> None:
    """Order of creation does not matter; what no entry names is denied."""
    late = AclEntry(number=200, egress=False, allow=True, cidr="0.0.0.0/0")
    early = AclEntry(number=90, egress=False, allow=False, cidr="10.9.0.0/16", protocol="6", ports=(22, 22))
    chains = acls.chains(states.acl("acl-0001", entries=(late, early)))
    assert chains == {
        "acl_0001_egress": ["drop"],
        "acl_0001_ingress": ["tcp dport 22 ip saddr { 10.9.0.0/16 } drop", "return", "drop"],
    }


def test_a_referenced_group_is_its_members_addresses() -> None:
    """The rule admits the private addresses of every interface that carries the group, in other VPCs too."""
    chains = groups.chains(states.WHOLE.within(states.VPC), states.WHOLE)
    assert chains["sg_endpoint_ingress"] == ["tcp dport 443 ip saddr { 10.0.0.10, 10.0.9.6 } return", "drop"]


def test_interfaces_with_two_groups_are_admitted_by_either() -> None:
    """Their chain holds the rules of both."""
    both = replace(states.WHOLE.enis[0], groups=("sg-endpoint", "sg-task"))
    state = replace(states.WHOLE, enis=(both,))
    chains = groups.chains(state, state)
    assert chains["sg_endpoint_sg_task_ingress"] == ["tcp dport 443 ip saddr { 10.0.0.10 } return", "drop"]


def test_a_group_that_nobody_carries_has_no_chain() -> None:
    """Only worn combinations are compiled."""
    state = states.with_groups(states.group("sg-unused", states.OUT))
    assert not [name for name in groups.chains(state, state) if "unused" in name]


LONGEST = [
    pytest.param("10.0.1.9", "local", id="local"),
    pytest.param("198.51.100.130", "vpce-1", id="prefix-list-before-default"),
    pytest.param("192.0.2.1", "nat-1", id="default"),
]


@pytest.mark.parametrize(("address", "expected"), LONGEST)
def test_the_longest_prefix_decides(address: str, expected: str) -> None:
    """The order in which routes were written does not."""
    written = {"0.0.0.0/0": "nat-1", "10.0.0.0/16": "local", "198.51.100.128/25": "vpce-1"}
    assert expected == routes.target_of(address, written)


def test_an_address_without_a_route_has_no_target() -> None:
    """An empty table leads nowhere."""
    assert routes.target_of("192.0.2.1", {}) is None


TARGETS = [
    pytest.param("igw-0001", "via 169.254.2.1 dev world onlink", id="internet-gateway"),
    pytest.param("igw-9999", None, id="internet-gateway-of-nobody"),
    pytest.param("nat-0001", f"via 10.0.9.5 dev {device(states.NAT)} onlink", id="nat-gateway"),
    pytest.param(states.NEIGHBOUR, f"via 10.0.0.11 dev {device(states.NEIGHBOUR)} onlink", id="interface"),
    pytest.param("tgw-0001", None, id="transit-gateway-without-world"),
]


@pytest.mark.parametrize(("target", "hop"), TARGETS)
def test_a_route_leads_to_its_target_or_into_a_black_hole(target: str, hop: str | None) -> None:
    """What is gone, detached or unknown swallows packets."""
    state = states.with_routes(Route(destination="192.0.2.0/24", target=target))
    number = table_number("rtb-00000001")
    route = f"route 192.0.2.0/24 {hop}" if hop else "route blackhole 192.0.2.0/24"
    assert f"{route} table {number}" in routes.lines(state.within(states.VPC), state)


def test_every_table_ends_in_a_black_hole() -> None:
    """A table without a default route gets one that answers nothing."""
    state = states.with_routes()
    lines = routes.lines(state.within(states.VPC), state)
    assert f"route blackhole default table {table_number('rtb-00000001')}" in lines


def test_a_vpc_without_interfaces_has_no_namespace() -> None:
    """Nobody is there who could send anything."""
    empty = State(vpcs=(Vpc(id="vpc-1", cidrs=("10.0.0.0/16",)),))
    assert {"world", "operator"} == set(compile_state(empty).nodes)


def test_a_custom_name_server_gets_an_interface_in_its_subnet() -> None:
    """One outside every subnet is an address of the world."""
    blueprint = compile_state(states.WHOLE, Conditions(hosts=("10.0.1.53", "192.0.2.53")))
    assert "host-10-0-1-53" in blueprint.nodes
    assert "route local 192.0.2.53 dev lo" in blueprint.nodes["world"].lines


def test_a_name_server_on_an_interface_of_the_scenarios_own_keeps_its_groups() -> None:
    """No second interface is made for the address."""
    blueprint = compile_state(states.WHOLE, Conditions(hosts=(states.TASK_ADDRESS,)))
    assert set(compile_state(states.WHOLE).nodes) == set(blueprint.nodes)


def test_dns_support_switched_off_closes_the_routers_port() -> None:
    """With ``enableDnsSupport`` off nothing is let in to the router."""
    off = replace(states.WHOLE, vpcs=(replace(states.WHOLE.vpcs[0], dns_support=False),))
    rules = [compile_state(state).nodes[states.VPC].rules for state in (states.WHOLE, off)]
    assert ["dport 53 accept" in text for text in rules] == [True, False]


def test_a_rule_of_an_unknown_prefix_list_admits_nothing() -> None:
    """A list that was deleted has no blocks."""
    state = states.with_groups(states.group("sg-task", Rule(egress=True, peer="pl-gone")))
    assert groups.chains(state, state)["sg_task_egress"] == ["drop"]


def test_device_names_fit_into_linux_and_differ() -> None:
    """Fifteen characters, made of the end of the id, where ids differ."""
    names = {device(one.id) for one in states.WHOLE.enis}
    assert len(states.WHOLE.enis) == len(names)
    assert all(len(name) <= 15 for name in names)
