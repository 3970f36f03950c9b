"""The main job's options as one value."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import click
from msgspec.structs import replace

from probe import endpoints
from probe.launch.wishes import Carrier, Subject, Wish
from probe.model import Noun
from probe.plan import Proxies, Restraint, host_target
from probe.plan.hosts import proxy


class Flags(Noun, kw_only=True):
    """What was typed, by the names of ``run-probe --help``."""

    service: tuple[str, ...]
    task: str | None
    cluster: str
    region: str | None
    profile: str | None
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]
    role: tuple[str, ...]
    task_definition: str | None
    assign_public_ip: bool
    services: tuple[str, ...]
    hosts: tuple[str, ...]
    https_proxy: str | None
    no_proxy: str
    expect_private: bool
    expect_blocked: tuple[str, ...]
    save: str | None
    baseline: str | None
    regressions_only: bool
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

    def require_sense(self) -> None:
        """``UsageError`` for flags that need, or exclude, one another."""
        for objection in self._objections():
            raise click.UsageError(objection)

    def _objections(self) -> Iterator[str]:
        asked = [one for one in (self.service, self.task, self.subnets) if one not in {None, ()}]
        of_vpc = (self.security_groups, self.role, self.task_definition, self.assign_public_ip)
        if len(asked) > 1:
            yield "ambiguous: give one of --like-service, --like-task and --subnets"
        if any(of_vpc) and not self.subnets:
            why = "--security-groups, --role, --task-definition and --assign-public-ip go with --subnets"
            yield f"cannot tell what to probe: {why}, which is missing"
        if self.regressions_only and self.baseline is None:
            yield "cannot tell regressions: --regressions-only needs a --baseline"
        if self.no_proxy and self.https_proxy is None:
            yield "cannot tell the proxy: --no-proxy goes with --https-proxy, which is missing"
        if self.replay is not None and self._measures():
            yield "contradiction: --replay reads a report alone, and nothing else is looked at or measured"
        if self.dry_run and (self.save is not None or self.baseline is not None):
            yield "contradiction: --dry-run measures nothing that --save could keep or --baseline compare"
        if self.carrier is Carrier.FARGATE and self.create_function_role:
            yield "contradiction: --create-function-role is for functions, and --carrier fargate starts none"
        both = set(_split(self.hosts)) & set(_split(self.expect_blocked))
        if both:
            yield f"contradiction: {min(both)} is both a --host and --expect-blocked"

    def _measures(self) -> bool:
        """Whether anything is asked for that only a run of its own could answer."""
        asked = (self.services, self.hosts, self.expect_blocked, self.expect_private, self.dry_run)
        return not self.is_silent() or any(asked) or self.since is not None

    def is_silent(self) -> bool:
        """Whether nothing to probe was named at all."""
        return not self.service and self.task is None and not self.subnets

    def subjects(self) -> tuple[Subject, ...]:
        """What to probe like: services, a task, or subnets with each of the roles.

        ``UsageError`` where a script's variable was empty.
        """
        if not (_split(self.service) or self.task or _split(self.subnets)):
            raise click.UsageError("cannot tell what to probe like: the name that was given is empty")
        like = self._subject()
        if self.service:
            return tuple(replace(like, service=service) for service in _split(self.service))
        return tuple(replace(like, role=role) for role in _split(self.role) or (None,))

    def _subject(self) -> Subject:
        return Subject(
            cluster=self.cluster,
            task=self.task,
            subnets=_split(self.subnets),
            security_groups=_split(self.security_groups),
            task_definition=self.task_definition,
            assign_public_ip=self.assign_public_ip,
            starts_tasks=not (self.no_launch or self.dry_run or self.carrier is Carrier.FUNCTION),
        )

    def wish(self) -> Wish:
        """How to probe.  ``UsageError`` for a service or a host that is none, or without a probe image."""
        if not self.image and not self.no_launch and self.carrier is not Carrier.FUNCTION:
            why = "neither --probe-image nor RUN_PROBE_IMAGE names it; scripts/mirror pushes it to your ECR"
            raise click.UsageError(f"cannot find the probe's image: {why}")
        return Wish(
            image=self.image or "",
            pull_role=self.pull_role,
            log_group=self.log_group,
            services=_services(_split(self.services)),
            hosts=_hosts("--host", _split(self.hosts)),
            blocked=_hosts("--expect-blocked", _split(self.expect_blocked)),
            private=self.expect_private,
            proxies=_proxies(self.https_proxy, self.no_proxy),
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


def _services(words: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return endpoints.asked_for(words)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _hosts(option: str, written: tuple[str, ...]) -> tuple[str, ...]:
    for host in written:
        try:
            host_target(host, "")
        except ValueError as error:
            raise click.UsageError(f"{option} {error}, for example proxy.example.com:3128") from error
    return written


def _proxies(https: str | None, exempt: str) -> Proxies | None:
    """The operator's own word; without ``--https-proxy`` the task definition's variables speak."""
    if https is None:
        return None
    try:
        if https:
            proxy(https)
    except ValueError as error:
        raise click.UsageError(f"--https-proxy {error}") from error
    return Proxies(https=https, exempt=exempt)
