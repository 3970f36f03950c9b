"""Routes, gateways and public addresses: why packets do not leave the VPC, and what lets them."""

from __future__ import annotations

from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clue, Clues, Rule, nothing, says
from probe.diagnosis.commands import ec2, service_update
from probe.diagnosis.outward import internet_gateway, leads_out, new_nat, way_out, works
from probe.diagnosis.reach import subnet_of, table
from probe.evidence.fits import ANY, is_private
from probe.evidence.places import chart
from probe.evidence.routes import route_to, table_of
from probe.evidence.snapshot import NatGateway, read
from probe.evidence.vpc_endpoints import AVAILABLE


def _no_route_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    commands, target = way_out(case)
    led = (astray for clue in clues if (astray := _led_astray(case, clue)) is not None)
    wrong = [_route(case, "replace", clues[0].subject, one, target) for one in dict.fromkeys(led)]
    return (*commands, *(wrong or (_route(case, "create", clues[0].subject, ANY, target),)))


def _led_astray(case: Case, clue: Clue) -> str | None:
    """The destination of a route that matches, though its target leads nowhere; nothing where none does."""
    followed = table(case, clue.subnet)
    if followed is None or clue.hop is None or not clue.hop.cidr:
        return None
    found = route_to(chart(case.snapshot), followed, clue.hop.cidr)
    return found.destination if found is not None else None


def _blackhole_why(_: Case, clues: Clues) -> str:
    gone = clues[0].hop.at if clues[0].hop is not None else "its target"
    return f"The route that matches leads to {gone}, which no longer exists: its state is blackhole."


def _blackhole_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    """Another way out; nothing where the route led into a network, whose own side has to lead back."""
    dialled = (clue.symptom.address for clue in clues if clue.symptom is not None)
    if any(address is not None and is_private(address) for address in dialled):
        return ()
    identity, _, destination = clues[0].subject.partition("/")
    commands, target = way_out(case)
    return (*commands, _route(case, "replace", identity, destination, target))


def _public_ip_why(case: Case, _: Clues) -> str:
    return (
        "The subnet's route leads to an internet gateway, which translates only interfaces that have a "
        f"public address. assignPublicIp is {'ENABLED' if case.spec.assign_public_ip else 'DISABLED'} here."
    )


def _public_ip_fix(case: Case, _: Clues) -> tuple[str, ...]:
    subnets, groups = ",".join(case.spec.subnets), ",".join(case.spec.security_groups)
    network = f"awsvpcConfiguration={{subnets=[{subnets}],securityGroups=[{groups}],assignPublicIp=ENABLED}}"
    return service_update(case, network_configuration=network)


def _access_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    vpc = clues[0].subject
    spared = {"vpc_id" if vpc.startswith("vpc-") else "subnet_id": vpc}
    mode = "allow-bidirectional"
    exclusion = ec2(
        case, "create-vpc-block-public-access-exclusion", internet_gateway_exclusion_mode=mode, **spared
    )
    return (exclusion,)


def _nat_why(_: Case, clues: Clues) -> str:
    return f"The route leads to {clues[0].subject}, which translates nothing: {clues[0].said[0]}."


def _nat_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    subject = clues[0].subject
    gateway = chart(case.snapshot).nats.get(subject)
    if gateway is None:
        return _instance_fix(case, clues)
    stuck = gateway.state == AVAILABLE and gateway.public and not leads_out(case, gateway.subnet)
    if stuck and not _stands_among_tasks(case, gateway):
        return _lead_out(case, gateway)
    others = [one for one in read(case.snapshot.nat_gateways) if one.id != subject]
    working = next((one.id for one in others if works(case, one)), None)
    commands = () if working is not None else new_nat(case)
    target = {"nat_gateway_id": working or "$nat"}
    return (*commands, *_redirected(case, subject, target))


def _stands_among_tasks(case: Case, gateway: NatGateway) -> bool:
    """Whether tasks follow the gateway's own table: leading that one out would take the NAT from them."""
    followed = table_of(chart(case.snapshot), gateway.subnet)
    return followed is not None and followed in {table(case, subnet) for subnet in case.spec.subnets}


def _instance_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    """A NAT instance is started, or told to forward."""
    subject, said = clues[0].subject, " ".join(clues[0].said)
    if "checks source" not in said:
        return (ec2(case, "start-instances", instance_ids=subject),)
    interface = clues[0].hop.at if clues[0].hop is not None else subject
    return (
        ec2(
            case,
            "modify-network-interface-attribute",
            network_interface_id=interface,
            no_source_dest_check=True,
        ),
    )


def _lead_out(case: Case, gateway: NatGateway) -> tuple[str, ...]:
    """A default route for the NAT gateway's own subnet, in place of the one that leads nowhere."""
    followed = table_of(chart(case.snapshot), gateway.subnet)
    if followed is None:
        return ()
    commands, identity = internet_gateway(case)
    verb = "replace" if any(route.destination == ANY for route in followed.routes) else "create"
    return (*commands, _route(case, verb, followed.id, ANY, {"gateway_id": identity}))


def _redirected(case: Case, old: str, target: dict[str, str]) -> tuple[str, ...]:
    """Every route that led to a gateway leads to another."""
    return tuple(
        _route(case, "replace", one.id, route.destination, target)
        for one in read(case.snapshot.route_tables)
        for route in one.routes
        if route.target == old
    )


def _route(case: Case, verb: str, identity: str, destination: str, target: dict[str, str]) -> str:
    return ec2(case, f"{verb}-route", route_table_id=identity, destination_cidr_block=destination, **target)


def _cross_region_why(case: Case, clues: Clues) -> str:
    other = clues[0].symptom.target.region if clues[0].symptom is not None else "another region"
    return (
        f"It lies in {other}, the tasks in {case.spec.region}. An interface endpoint of this service serves "
        "its own region only, so these packets need a way out to the internet, and the subnet has none."
    )


def _cross_region_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    tables = dict.fromkeys(found.id for clue in clues if (found := table(case, clue.subnet)) is not None)
    commands, target = way_out(case)
    return (*commands, *(_route(case, "create", one, ANY, target) for one in tables))


def _unexplained_why(case: Case, clues: Clues) -> str:
    unknown, open_ = clues[0].detail.get("unknown", ""), clues[0].detail.get("open", "")
    if route := clues[0].detail.get("route"):
        return (
            f"Nothing came back: {route}. Whether that is the fault, or the name should lead to an endpoint, "
            f"is not known: {unknown}."
        )
    shut = subnet_of(case, clues[0].subnet) is None
    out_of_sight = (
        "Nothing came back, and no setting that could be read explains it: a firewall, a transit gateway, or "
        "a hop on premises is in between."
    )
    words = [out_of_sight]
    words += [f"Not known: {unknown}."] if unknown else []
    words += (
        [f"Configuration contradicts the measurement: {open_}."] if open_ and not unknown and not shut else []
    )
    return " ".join(words)


RULES = (
    Rule(
        "no-route-to-internet",
        "The subnet's route table has no way out",
        says(
            "The names resolve to public addresses, and {subject} has no route that leads there. The VPC "
            "drops such packets without an answer."
        ),
        _no_route_fix,
    ),
    Rule("route-blackholed", "The route leads to something that is gone", _blackhole_why, _blackhole_fix),
    Rule("no-public-ip", "The task has no public address", _public_ip_why, _public_ip_fix),
    Rule(
        "public-access-blocked",
        "VPC Block Public Access closes the gateway",
        says("VPC Block Public Access of this account and region closes the gateway for {subject}."),
        _access_fix,
    ),
    Rule("nat-gateway-unusable", "The NAT does not translate", _nat_why, _nat_fix),
    Rule(
        "cross-region-needs-internet",
        "A reference to another region needs a way out",
        _cross_region_why,
        _cross_region_fix,
    ),
    Rule(
        "path-blocked-unexplained",
        "The path is blocked by something out of sight",
        _unexplained_why,
        nothing,
    ),
)
