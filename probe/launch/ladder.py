"""The rungs of a run, each answering as soon as it can: hypotheses, then the truth from inside the VPC.

(a) the service's own stop reasons and the configuration, at once; (b) the Fargate carrier, and (c) functions
beside it where its tasks cannot start: ``rungs`` has both.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from probe import __version__, plan, requirements
from probe.diagnosis import diagnose
from probe.diagnosis.case import Case
from probe.evidence.snapshot import Denied, Snapshot
from probe.evidence.snapshot import read as items
from probe.launch import abroad, cohorts, elsewhere, history, policies, rungs, second_look, snapshot, template
from probe.launch.cohorts import Cohort
from probe.launch.refused import RefusedError
from probe.launch.telling import Tell
from probe.launch.wishes import Wish
from probe.model import NOT_LAUNCHED, Outcome, Plan, Spec, Target
from probe.report import document
from probe.report.document import Report

ANY_TASK_NEEDS = ("ecr.api", "ecr.dkr", "s3", "logs")
"""What any Fargate task needs; it counts where there is no definition that could say."""

_NOT_YET = Denied(action="", resource="", words="not read yet")


def prepare(spec: Spec, definition: Mapping[str, Any] | None, wish: Wish) -> Case:
    """The case before anything was measured.  Raises a ``ValueError`` for a host that is not HOST:PORT."""
    own = requirements.needs(
        definition or {}, region=spec.region, account=spec.account, images=spec.images, fargate=True
    )
    needs = requirements.of_service(own, spec)
    services = wish.services if definition else (*ANY_TASK_NEEDS, *wish.services)
    targets = plan.targets(
        needs.requirements,
        region=spec.region,
        account=spec.account,
        services=services,
        hosts=_hosts(spec, definition or {}, wish),
        restraint=wish.restraint,
    )
    return Case(
        spec=spec,
        requirements=needs.requirements,
        targets=targets,
        outcomes=(),
        snapshot=snapshot.unread(_NOT_YET),
        offline=needs.findings,
        pull_role=wish.pull_role,
        expect_private=wish.private,
    )


def requests(case: Case, wish: Wish) -> Plan:
    """The exact requests that would measure a case, under a new name.  Raises ``OversizedPlanError``."""
    options = plan.Options(
        run=secrets.token_hex(4),
        image=wish.image,
        pull_role=wish.pull_role,
        log_group=wish.log_group,
        put_logs=wish.restraint.put_logs,
    )
    return plan.build(case.spec, case.targets, template.load(), options, case.requirements)


def _hosts(spec: Spec, definition: Mapping[str, Any], wish: Wish) -> list[Target]:
    """The hosts that were asked for, by the application's proxy, and those that must be blocked."""
    proxies = wish.proxies or plan.proxies_of(definition)
    try:
        asked = [plan.host_target(host, spec.region, proxies) for host in wish.hosts]
    except ValueError as error:
        what = "cannot use HTTPS_PROXY of the task definition"
        raise RefusedError(what, str(error), "name the application's proxy with --https-proxy") from error
    return asked + [plan.blocked_target(host, spec.region) for host in wish.blocked]


def climb(
    session: Any, cohort: Cohort, asked: Plan, wish: Wish, *, tell: Tell, suppose: Callable[[Case], None]
) -> tuple[Report, ...]:
    """Every rung of a run, and each member's report.

    ``suppose`` is shown a member's case once configuration is read.
    """
    started, clock = datetime.now(UTC), time.monotonic()
    tell("reading the configuration of the VPC")
    case = _configured(session, cohort.whole)
    for member in cohorts.apart(cohort, case):
        suppose(member)
    measured = _measured(session, case, asked, wish, tell)
    return tuple(
        _reported(session, member, started, round(time.monotonic() - clock, 3), wish)
        for member in cohorts.apart(cohort, measured)
    )


def _configured(session: Any, case: Case) -> Case:
    read = snapshot.read(session, case.spec)
    read = replace(
        read,
        instances=second_look.instances(session, read),
        public_access=second_look.public_access(session, read),
    )
    return replace(case, snapshot=read, spec=_with_groups(case.spec, read))


def _measured(session: Any, case: Case, asked: Plan, wish: Wish, tell: Tell) -> Case:
    """The case with what every carrier told, and what that makes worth reading besides."""
    outcomes = rungs.measure(session, case, asked, wish, tell) if wish.launch else _not_launched(case.spec)
    read = replace(
        case.snapshot,
        roles=second_look.roles(session, outcomes, case.spec.stops),
        foreign_endpoints=abroad.endpoints(session, case.snapshot, outcomes),
    )
    read = policies.read(session, read, case.spec, case.targets, outcomes)
    found = elsewhere.find(session, case.spec, outcomes, case.targets)
    read = replace(read, partial=(*read.partial, *found.refused))
    return replace(case, outcomes=_in_zones(outcomes, read), snapshot=read, elsewhere=found.places)


def _reported(session: Any, case: Case, started: datetime, took: float, wish: Wish) -> Report:
    """The report of a measured case, with the trail of its findings' subjects where it was asked for."""
    findings, told = diagnose(case), None
    if wish.since is not None:
        told = history.read(session, case.spec, findings, started - wish.since)
        read = replace(case.snapshot, partial=(*case.snapshot.partial, *told.refused))
        case = replace(case, snapshot=read)
    return document.build(
        case,
        findings,
        tool_version=__version__,
        started=started.isoformat(timespec="seconds"),
        took=took,
        history=told and told.history,
    )


def _not_launched(spec: Spec) -> tuple[Outcome, ...]:
    return tuple(Outcome(subnet=subnet, ended=NOT_LAUNCHED) for subnet in spec.subnets)


def _with_groups(spec: Spec, read: Snapshot) -> Spec:
    """A service without groups has the default one of its VPC."""
    if spec.security_groups:
        return spec
    vpcs = {subnet.vpc for subnet in items(read.subnets) if subnet.id in spec.subnets}
    default = [one.id for one in items(read.security_groups) if one.name == "default" and one.vpc in vpcs]
    return replace(spec, security_groups=tuple(default))


def _in_zones(outcomes: Sequence[Outcome], read: Snapshot) -> tuple[Outcome, ...]:
    zones = {subnet.id: subnet.az for subnet in items(read.subnets)}
    return tuple(replace(one, az=one.az or zones.get(one.subnet)) for one in outcomes)
