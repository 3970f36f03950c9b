"""How findings about names are worded and mended."""

from __future__ import annotations

from probe.diagnosis import acls, groups
from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clue, Clues, Rule, nothing, says
from probe.diagnosis.commands import aws, ec2, into, own_resolver
from probe.diagnosis.reach import service_name, vpc_of, walked
from probe.diagnosis.symptoms import named
from probe.evidence.flows import Gate, Verdict
from probe.evidence.places import chart
from probe.evidence.snapshot import read
from probe.evidence.vpc_endpoints import addresses, interface_for

_ON = '{"Value":true}'


def _server(clue: Clue) -> str:
    return clue.detail.get("server", "the name server")


def _unreachable_why(_: Case, clues: Clues) -> str:
    beside = all(clue.symptom is not None and clue.symptom.warning for clue in clues)
    follows = "names resolve by another one, and late where this one is asked first"
    said = f"{_server(clues[0])} answers neither over UDP nor over TCP"
    return f"{said}: {follows if beside else 'no name resolves'}."


def _transport_why(transport: str, consequence: str) -> Rule:
    code = f"dns-{transport.lower()}-blocked"

    def why(_: Case, clues: Clues) -> str:
        return f"{_server(clues[0])} answers, but not over {transport}: {consequence}."

    return Rule(code, f"DNS over {transport} is blocked", why, _filter_fix)


def _filter_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    """The group or NACL opened for port 53; else the VPC's own resolver instead of the silent server."""
    hops = tuple(clue for clue in clues if clue.hop is not None)
    subject = clues[0].subject
    if subject.startswith("sg-") and hops:
        return _both_transports(case, hops)
    if subject.startswith("acl-") and hops:
        return acls.mend(case, hops)
    vpc = vpc_of(case, clues[0].subnet)
    if not subject.startswith("dopt-") or not vpc:
        return ()
    return own_resolver(case, vpc)


def _both_transports(case: Case, clues: Clues) -> tuple[str, ...]:
    return named(line for clue in clues for line in groups.mend(case, (clue,)))


def _firewall_why(_: Case, clues: Clues) -> str:
    return f"{clues[0].said[0]}. The answer that came back is the firewall's, not the name's."


def _firewall_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    """The association is removed by its id, which is looked up: the group itself may serve other VPCs."""
    region, vpc = case.spec.region, vpc_of(case, clues[0].subnet)
    listed = aws(
        "route53resolver",
        "list-firewall-rule-group-associations",
        region,
        firewall_rule_group_id=clues[0].subject,
        vpc_id=vpc,
    )
    found = into("association", listed, "FirewallRuleGroupAssociations[0].Id")
    removed = aws(
        "route53resolver",
        "disassociate-firewall-rule-group",
        region,
        firewall_rule_group_association_id="$association",
    )
    return (found, removed)


def _rule_why(_: Case, clues: Clues) -> str:
    return f"{clues[0].said[0]}, and what comes back from there cannot be used."


def _rule_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    """The VPC without the rule; nothing where no other way leads to the service than the one it names."""
    if any(_is_needed(case, clue) and not _listens_here(case, clue) for clue in clues):
        return ()
    return (
        aws(
            "route53resolver",
            "disassociate-resolver-rule",
            case.spec.region,
            vpc_id=vpc_of(case, clues[0].subnet),
            resolver_rule_id=clues[0].subject,
        ),
    )


def _support_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    return (ec2(case, "modify-vpc-attribute", vpc_id=clues[0].subject, enable_dns_support=_ON),)


def _failure_why(_: Case, clues: Clues) -> str:
    beside = all(clue.symptom is not None and clue.symptom.warning for clue in clues)
    said = f"{clues[0].subject} was reached and answered with a failure (SERVFAIL or REFUSED), no address"
    return f"{said}; names resolve by another one, for resolvers that go on to it." if beside else f"{said}."


def _absent_why(_: Case, clues: Clues) -> str:
    hosts = named(clue.symptom.target.host for clue in clues if clue.symptom is not None)
    zone = f" {clues[0].said[0]}." if clues[0].said else ""
    return f"The resolver answers that there is no address for {', '.join(hosts)}.{zone}"


def _foreign_why(_: Case, clues: Clues) -> str:
    address = clues[0].detail.get("address") or "an address"
    known = "; ".join(clues[0].said)
    zone = f" {known}." if known else " A hosted zone, here or in a hub VPC, answers for it."
    return f"The name resolves to {address}, no endpoint of this VPC, and that does not work from here.{zone}"


def _zone_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    """The names in the zone led to this VPC's endpoints; without one, the VPC without the zone.

    Nothing where the VPC has no other way to the service than the one that the zone means.
    """
    known = next((one for one in read(case.snapshot.hosted_zones) if one.id == clues[0].subject), None)
    if known is None:
        return ()
    led = named(_record(case, clue) for clue in clues)
    if led:
        return led
    if any(_is_needed(case, clue) for clue in clues):
        return ()
    vpc = vpc_of(case, clues[0].subnet)
    place = f"VPCRegion={case.spec.region},VPCId={vpc}"
    apart = aws("route53", "disassociate-vpc-from-hosted-zone", hosted_zone_id=known.id, vpc=place)
    hosts = {clue.symptom.target.host for clue in clues if clue.symptom is not None}
    if hosts == {known.name}:
        return (f"{apart} || {_deletion(known.id)}",)
    # Route 53 refuses to delete a zone that has other names than its own in it.
    gone = aws("route53", "delete-hosted-zone", id=known.id)
    return (f"{apart} || {gone}" if clues[0].code == "dns-name-not-found" else apart,)


def _is_needed(case: Case, clue: Clue) -> bool:
    """Whether the service's public name would lead nowhere from the subnet."""
    ways = walked(case, clue.symptom, None) if clue.symptom is not None else ()
    return any(hop.gate is Gate.ROUTE and hop.verdict is Verdict.BLOCKS for hop in ways)


def _listens_here(case: Case, clue: Clue) -> bool:
    """Whether the name, asked of the VPC's own resolver, leads to an endpoint in the VPC."""
    name = service_name(clue.symptom.target) if clue.symptom is not None else None
    return name is not None and bool(addresses(case.snapshot, vpc_of(case, clue.subnet), name))


def _deletion(zone: str) -> str:
    """A zone of nothing but the one name deleted: Route 53 takes no zone from the last VPC that has it.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_DisassociateVPCFromHostedZone.html
    """
    each = "{Changes:ResourceRecordSets[?Type!='NS'&&Type!='SOA'].{Action:'DELETE',ResourceRecordSet:@}}"
    listed = aws("route53", "list-resource-record-sets", hosted_zone_id=zone, query=each, output="json")
    emptied = aws("route53", "change-resource-record-sets", hosted_zone_id=zone, change_batch="$changes")
    return f"{{ changes=$({listed}); {emptied}; {aws('route53', 'delete-hosted-zone', id=zone)}; }}"


def _record(case: Case, clue: Clue) -> str:
    """The command that leads the name in the zone to its endpoint's addresses; empty without an endpoint."""
    if clue.symptom is None:
        return ""
    endpoint = interface_for(case.snapshot, service_name(clue.symptom.target) or "")
    known = chart(case.snapshot).interfaces
    listening = [known[one].addresses for one in endpoint.interfaces if one in known] if endpoint else []
    values = ",".join(f"{{Value={address}}}" for several in listening for address in several)
    if not values:
        return ""
    record = f"Name={clue.symptom.target.host},Type=A,TTL=60,ResourceRecords=[{values}]"
    batch = f"Changes=[{{Action=UPSERT,ResourceRecordSet={{{record}}}}}]"
    options = {"hosted_zone_id": clue.subject, "change_batch": batch}
    return aws("route53", "change-resource-record-sets", **options)


RULES = (
    Rule("dns-resolver-unreachable", "A name server does not answer", _unreachable_why, _filter_fix),
    _transport_why("UDP", "resolvers ask over UDP first, and wait"),
    _transport_why("TCP", "an answer that is too long for UDP is lost"),
    Rule("dns-firewall-blocks", "DNS Firewall blocks a name", _firewall_why, _firewall_fix),
    Rule("resolver-rule-diverts", "A Resolver rule sends the name elsewhere", _rule_why, _rule_fix),
    Rule(
        "dns-support-disabled",
        "DNS is switched off in the VPC",
        says("enableDnsSupport of {subject} is off, so AmazonProvidedDNS answers nobody in it."),
        _support_fix,
    ),
    Rule("dns-name-not-found", "A required name does not exist here", _absent_why, _zone_fix),
    Rule(
        "dns-server-failure",
        "A name server fails",
        _failure_why,
        nothing,
    ),
    Rule("dns-answer-foreign", "The name leads to an address of somebody else", _foreign_why, _zone_fix),
)
