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
from probe.launch import abroad, elsewhere, history, policies, rungs, second_look, snapshot, template
from probe.launch.refused import RefusedError
from probe.launch.telling import Tell
from probe.launch.wishes import Wish
from probe.model import NOT_LAUNCHED, Outcome, Plan, Spec, Target
from probe.report import document
from probe.report.document import Report

ANY_TASK_NEEDS = ("ecr.api", "ecr.dkr", "s3", "logs")
"""What any Fargate task needs; it counts where there is no definition that could say."""

_NOT_YET = Denied(action="", resource="", words="not read yet")


def name_run() -> str:
    """A short id for a run, in every name and tag of what it makes."""
    return secrets.token_hex(4)


def prepare(spec: Spec, definition: Mapping[str, Any] | None, wish: Wish, run: str) -> tuple[Case, Plan]:
    """The case before anything was measured, and the exact requests that would measure it.

    Raises ``OversizedPlanError``, or a ``ValueError`` for a host that is not HOST:PORT.
    """
    own = requirements.needs(definition or {}, region=spec.region, account=spec.account, images=spec.images)
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
    options = plan.Options(
        run=run,
        image=wish.image,
        pull_role=wish.pull_role,
        log_group=wish.log_group,
        put_logs=wish.restraint.put_logs,
    )
    requests = plan.build(spec, targets, template.load(), options, needs.requirements)
    case = Case(
        spec=spec,
        requirements=needs.requirements,
        targets=targets,
        outcomes=(),
        snapshot=snapshot.unread(_NOT_YET),
        offline=needs.findings,
        pull_role=wish.pull_role,
        expect_private=wish.private,
    )
    return case, requests


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
    session: Any, case: Case, requests: Plan, wish: Wish, *, tell: Tell, suppose: Callable[[Case], None]
) -> Report:
    """Every rung of a run, and its report.  ``suppose`` is shown the case once configuration is read."""
    started, clock = datetime.now(UTC), time.monotonic()
    tell("reading the configuration of the VPC")
    read = snapshot.read(session, case.spec)
    read = replace(
        read,
        instances=second_look.instances(session, read),
        public_access=second_look.public_access(session, read),
    )
    case = replace(case, snapshot=read, spec=_with_groups(case.spec, read))
    suppose(case)
    outcomes = rungs.measure(session, case, requests, wish, tell) if wish.launch else _not_launched(case.spec)
    read = replace(
        read,
        roles=second_look.roles(session, outcomes, case.spec.stops),
        foreign_endpoints=abroad.endpoints(session, read, outcomes),
    )
    read = policies.read(session, read, case.spec, case.targets, outcomes)
    found = elsewhere.find(session, case.spec, outcomes)
    read = replace(read, partial=(*read.partial, *found.refused))
    measured = replace(case, outcomes=_in_zones(outcomes, read), snapshot=read, elsewhere=found.places)
    findings = diagnose(measured)
    told = None
    if wish.since is not None:
        told = history.read(session, case.spec, findings, started - wish.since)
        measured = replace(measured, snapshot=replace(read, partial=(*read.partial, *told.refused)))
    return document.build(
        measured,
        findings,
        tool_version=__version__,
        started=started.isoformat(timespec="seconds"),
        took=round(time.monotonic() - clock, 3),
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
