"""VPC endpoints: missing, unavailable, or not what the service's name leads to."""

from __future__ import annotations

from collections.abc import Iterable

from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clues, Rule, says
from probe.diagnosis.commands import Option, ec2, own_resolver
from probe.diagnosis.reach import needed_services, table, vpc_of
from probe.evidence import groups
from probe.evidence.flows import Flow, Peer, Verdict
from probe.evidence.places import chart
from probe.evidence.snapshot import read
from probe.evidence.vpc_endpoints import built_on_endpoints, groups_of

_ON = '{"Value":true}'


def _missing_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    region = next((one.symptom.target.region for one in clues if one.symptom), case.spec.region)
    return (creation(case, clues[0].subject, region),)


def creation(case: Case, name: str, region: str) -> str:
    """The command that makes an endpoint for a service of a region: S3's gateway, else an interface."""
    options: dict[str, Option] = {"service_region": region} if region != case.spec.region else {}
    if name.endswith(".s3") and not options:
        tables = dict.fromkeys(
            one.id for subnet in case.spec.subnets if (one := table(case, subnet)) is not None
        )
        options |= {"vpc_endpoint_type": "Gateway", "route_table_ids": tuple(tables)}
    else:
        options |= {
            "vpc_endpoint_type": "Interface",
            "subnet_ids": _one_an_az(case),
            "security_group_ids": _admitting(case, name),
            "private_dns_enabled": True,
        }
    return ec2(case, "create-vpc-endpoint", vpc_id=vpc_of(case), service_name=name, **options)


def _one_an_az(case: Case) -> tuple[str, ...]:
    """The service's subnets, one an availability zone: an endpoint takes no two in the same."""
    known = chart(case.snapshot).subnets
    zones = {known[one].az: one for one in reversed(case.spec.subnets) if one in known}
    return tuple(one for one in case.spec.subnets if one in zones.values())


def _admitting(case: Case, name: str) -> tuple[str, ...]:
    """The groups of an endpoint that admits the task, else of any; else the task's own."""
    there = chart(case.snapshot)
    siblings = built_on_endpoints(case.snapshot, needed_services(case, name))
    offered = [found for one in siblings if (found := groups_of(there, one))]
    return next((one for one in offered if _admits(case, one)), case.spec.security_groups)


def _admits(case: Case, offered: tuple[str, ...]) -> bool:
    there = chart(case.snapshot)
    subnets = [there.subnets[one] for one in case.spec.subnets if one in there.subnets]
    asked = case.spec.security_groups
    return all(
        groups.ingress(
            there,
            offered,
            Peer(network=one.cidr, groups=asked),
            Flow(subnet=one.id, groups=asked, public_ip=False),
        ).verdict
        is Verdict.ALLOWS
        for one in subnets
    )


def _private_dns_why(_: Case, clues: Clues) -> str:
    return (
        f"An endpoint for the service exists, but its public name does not lead to it: {clues[0].said[0]}. "
        "The task goes to public addresses instead, which it cannot reach."
    )


def _private_dns_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    subject, on = clues[0].subject, attributes(case)
    if clues[0].detail.get("switch") == "endpoint":
        switched = ec2(case, "modify-vpc-endpoint", vpc_endpoint_id=subject, private_dns_enabled=True)
        return (*on, switched)
    if clues[0].detail.get("switch") == "servers":
        return own_resolver(case, subject)
    return on


def attributes(case: Case) -> tuple[str, ...]:
    """Both attributes that private DNS rests on, where they are off; one request takes one."""
    vpc = chart(case.snapshot).vpcs.get(vpc_of(case))
    if vpc is None:
        return ()
    off = [
        option
        for option, value in (
            ("enable_dns_support", vpc.dns_support),
            ("enable_dns_hostnames", vpc.dns_hostnames),
        )
        if value is False
    ]
    return tuple(ec2(case, "modify-vpc-attribute", vpc_id=vpc.id, **{option: _ON}) for option in off)


def _gateway_why(_: Case, clues: Clues) -> str:
    gateway, followed = clues[0].subject.split("/")
    return (
        f"{gateway} leads to S3 only from the route tables it is associated with, and {followed} is not one "
        "of them. Image layers come from S3, so they cannot be fetched from its subnets."
    )


def _gateway_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    gateway, followed = clues[0].subject.split("/")
    return (ec2(case, "modify-vpc-endpoint", vpc_endpoint_id=gateway, add_route_table_ids=followed),)


def _state_why(_: Case, clues: Clues) -> str:
    return f"{clues[0].said[0]}: an endpoint answers only while it is available."


def _state_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    """One that waits for its owner is accepted; one that failed or was rejected is made again."""
    known = next((one for one in read(case.snapshot.endpoints) if one.id == clues[0].subject), None)
    if known is None:
        return ()
    if known.state.lower() in {"pendingacceptance", "pending-acceptance"}:
        return ()
    removed = ec2(case, "delete-vpc-endpoints", vpc_endpoint_ids=known.id)
    return (removed, _again(case, known.service_name, known.subnets, groups_of(chart(case.snapshot), known)))


def _again(case: Case, name: str, subnets: Iterable[str], offered: tuple[str, ...]) -> str:
    return ec2(
        case,
        "create-vpc-endpoint",
        vpc_id=vpc_of(case),
        service_name=name,
        vpc_endpoint_type="Interface",
        subnet_ids=tuple(subnets),
        security_group_ids=offered,
        private_dns_enabled=True,
    )


RULES = (
    Rule(
        "vpc-endpoint-missing",
        "The VPC endpoint for a service is missing",
        says(
            "This VPC reaches AWS through endpoints, and has none for {subject}: its name resolves to "
            "public addresses, to which no route leads."
        ),
        _missing_fix,
    ),
    Rule(
        "private-dns-disabled",
        "The service's name does not lead to its endpoint",
        _private_dns_why,
        _private_dns_fix,
    ),
    Rule(
        "s3-gateway-not-associated",
        "The S3 gateway endpoint does not serve this route table",
        _gateway_why,
        _gateway_fix,
    ),
    Rule("vpc-endpoint-unavailable", "The VPC endpoint is not available", _state_why, _state_fix),
)
