"""The main job's options as one value."""

from __future__ import annotations

from datetime import timedelta

import click

from probe import endpoints
from probe.launch.wishes import Carrier, Subject, Wish
from probe.model import Noun
from probe.plan import Restraint, host_target


class Flags(Noun, frozen=True, kw_only=True):
    """What was typed, by the names of ``run-probe --help``."""

    service: str | None
    task: str | None
    cluster: str
    region: str | None
    profile: str | None
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]
    role: str | None
    task_definition: str | None
    assign_public_ip: bool
    services: tuple[str, ...]
    hosts: tuple[str, ...]
    image: str | None
    pull_role: str | None
    log_group: str | None
    carrier: Carrier
    function_role: str | None
    create_function_role: bool
    get_secrets: bool
    put_logs: bool
    since: timedelta | None
    timeout: float
    output: str
    dry_run: bool
    no_launch: bool
    replay: str | None
    lab: str | None
    lab_runtime: str

    def named(self) -> int:
        """How many subjects were named; one is what a run takes."""
        return sum(one not in {None, ()} for one in (self.service, self.task, self.subnets))

    def subject(self) -> Subject:
        """What to probe like.  ``UsageError`` where a script's variable was empty."""
        if not (self.service or self.task or _split(self.subnets)):
            raise click.UsageError("cannot tell what to probe like: the name that was given is empty")
        return Subject(
            cluster=self.cluster,
            service=self.service,
            task=self.task,
            subnets=_split(self.subnets),
            security_groups=_split(self.security_groups),
            role=self.role,
            task_definition=self.task_definition,
            assign_public_ip=self.assign_public_ip,
        )

    def wish(self) -> Wish:
        """How to probe.  ``UsageError`` for a service or a host that is none, or without a probe image."""
        if not self.image and not self.no_launch and self.carrier is not Carrier.FUNCTION:
            why = "neither --probe-image nor RUN_PROBE_IMAGE names it"
            raise click.UsageError(f"cannot find the probe's image: {why}")
        return Wish(
            image=self.image or "",
            pull_role=self.pull_role,
            log_group=self.log_group,
            services=_services(_split(self.services)),
            hosts=_hosts(_split(self.hosts)),
            timeout=self.timeout,
            launch=not self.no_launch,
            carrier=self.carrier,
            function_role=None if self.create_function_role else self.function_role or None,
            create_function_role=self.create_function_role,
            since=self.since,
            restraint=Restraint(get_secrets=self.get_secrets, put_logs=self.put_logs),
        )


def _split(values: tuple[str, ...]) -> tuple[str, ...]:
    """Repeated and comma-separated values alike, each once."""
    return tuple(dict.fromkeys(part.strip() for value in values for part in value.split(",") if part.strip()))


def _services(names: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [name for name in names if name not in endpoints.SERVICES]
    if unknown:
        raise click.UsageError(f"unknown service {unknown[0]}: there are {', '.join(endpoints.SERVICES)}")
    return names


def _hosts(written: tuple[str, ...]) -> tuple[str, ...]:
    for host in written:
        try:
            host_target(host, "")
        except ValueError as error:
            raise click.UsageError(f"--host {error}, for example proxy.example.com:3128") from error
    return written
