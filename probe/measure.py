"""Run a Work: targets at once, the layers of each in order, one deadline for all.

Every target has a daemon thread; whoever iterates is the only reader of the inbox and can stop at any
time.  What was not reached says so: each layer and call of each target is answered for at least once.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import NamedTuple

import msgspec

from probe import calls, checks, crew
from probe.checks import tls
from probe.model import OPERATIONS, Layer, Observation, Status, Target, Work
from probe.vantage import Check, Step, Vantage, error, is_address, name_servers, skip, system_look_up

PORTS = Path("/proc/sys/net/ipv4/ip_local_port_range")
RESOLV_CONF = Path("/etc/resolv.conf")

DELIVERY = 0.15
"""The share of the deadline that is kept for writing the lines to CloudWatch Logs, where that is asked."""


class Ended(NamedTuple):
    """One thread came to its end; ``error`` is the tool's own fault, which it should not have had."""

    target: Target
    error: BaseException | None


class Told(NamedTuple):
    """Somebody wants the run to end now, and why."""

    because: str


Inbox = SimpleQueue[Observation | Ended | Told]
Job = tuple[Target, Callable[[], Iterator[Observation]]]


def measure(
    work: Work, *, vantage: Vantage | None = None, inbox: Inbox | None = None
) -> Iterator[Observation]:
    """Start at once; every observation as it comes, and a skip or an error for all that never came.

    ``inbox`` is where a signal handler puts its ``Told``.
    """
    calls.hush()
    vantage = vantage or from_here(work)
    inbox = SimpleQueue() if inbox is None else inbox
    jobs = tuple(_jobs(work, vantage))
    for target, job in jobs:
        crew.start(partial(_post, target, job, inbox), target.name)
    crew.start(partial(_prepare, vantage), "prepare")
    return _collected(len(jobs), vantage, inbox)


def _collected(jobs: int, vantage: Vantage, inbox: Inbox) -> Iterator[Observation]:
    seen: list[Observation] = []
    broken: dict[str, str] = {}
    because = "its thread ended before this step"
    for message in _messages(jobs, vantage, inbox):
        match message:
            case Observation():
                seen.append(message if _has_ports(seen) else _with_ports(message))
                yield seen[-1]
            case Ended(target, fault):
                broken |= _written_down(target, fault) if fault else {}
            case Told(why):
                because = why
    yield from unanswered(vantage, seen, broken, because)


def from_here(work: Work) -> Vantage:
    """This machine's name servers, resolver, trust store and credentials."""
    return Vantage(
        work=work,
        servers=name_servers(RESOLV_CONF.read_text() if RESOLV_CONF.exists() else ""),
        look_up=system_look_up,
        trust=tls.default_trust,
        client=partial(calls.client, timeout=work.connect_timeout),
        tokens={target.region: Future() for target in work.targets if target.service == "ecr.api"},
    )


def climb(target: Target, vantage: Vantage) -> Iterator[Observation]:
    """One target's layers in order; one without any success ends the chain, and the rest is skipped."""
    try:
        yield from _climb(target, vantage)
    finally:
        if target.service == "ecr.api":
            vantage.give_token(target.region, "")


def _climb(target: Target, vantage: Vantage) -> Iterator[Observation]:
    below: tuple[Observation, ...] = ()
    for layer in _layers(target):
        seen = []
        for observation in _check(layer)(target, below, vantage):
            seen.append(observation)
            yield observation
        below = tuple(one for one in seen if one.status is Status.PASS)
        if not below:
            yield from _skipped(target, layer, seen)
            return


def unanswered(
    vantage: Vantage, seen: Sequence[Observation], broken: dict[str, str], because: str
) -> Iterator[Observation]:
    """A word for every step that nobody answered for: an error where its thread broke, else a skip."""
    about = [(one.target, one.operation, one.reference or one.address) for one in seen]
    answered = {*about, *((target, operation, None) for target, operation, _ in about)}
    for target in vantage.work.targets:
        for step in (*_asked_directly(target, vantage), *_steps(target)):
            if (target.name, step.operation, step.reference or step.address) not in answered:
                why = broken.get(target.name)
                yield skip(step, because) if why is None else error(step, why)


def _messages(pending: int, vantage: Vantage, inbox: Inbox) -> Iterator[Observation | Ended | Told]:
    """What comes in until every thread has ended, or time has, or somebody says so."""
    work = vantage.work
    limit = work.deadline * (1 - DELIVERY if work.logs else 1)
    while pending:
        try:
            message = inbox.get(timeout=max(limit - vantage.elapsed(), 0))
        except Empty:
            yield Told(f"no answer before the deadline of {work.deadline:g} s")
            return
        yield message
        pending -= isinstance(message, Ended)
        if isinstance(message, Told):
            return


def _jobs(work: Work, vantage: Vantage) -> Iterator[Job]:
    yield from ((target, partial(climb, target, vantage)) for target in work.targets)
    for target in work.targets:
        if any(_asked_directly(target, vantage)):
            yield target, partial(checks.ask_directly, target, (), vantage)


def _post(target: Target, job: Callable[[], Iterator[Observation]], inbox: Inbox) -> None:
    """Put a job's observations into the inbox, and its end whatever it was."""
    with crew.Parcel[None]() as parcel:
        for observation in job():
            inbox.put(observation)
    inbox.put(Ended(target, parcel.error))


def _prepare(vantage: Vantage) -> None:
    """Import the upper layers in the order in which they will be needed, boto3 last.

    Whatever goes wrong here goes wrong again where it is observed.
    """
    with crew.Parcel[None]():
        for layer in checks.MODULES:
            checks.check(layer)
        calls.prepare(vantage)


def _layers(target: Target) -> tuple[Layer, ...]:
    below = tuple(layer for layer in checks.MODULES if layer in target.layers)
    return (*below, Layer.CALL) if target.calls else below


def _check(layer: Layer) -> Check:
    return calls.check if layer is Layer.CALL else checks.check(layer)


def _steps(target: Target) -> Iterator[Step]:
    """The steps that must be answered for: the one that decides each layer, and every call."""
    for layer in _layers(target):
        if layer is not Layer.CALL:
            yield Step(target, layer, OPERATIONS[layer])
    yield from (
        Step(target, Layer.CALL, call.operation, reference=call.reference or None) for call in target.calls
    )


def _asked_directly(target: Target, vantage: Vantage) -> Iterator[Step]:
    if Layer.DNS in target.layers and not is_address(target.host):
        for address, _ in vantage.servers:
            yield Step(target, Layer.DNS, "resolve-udp", address=address)
            yield Step(target, Layer.DNS, "resolve-tcp", address=address)


def _skipped(target: Target, broken: Layer, seen: Sequence[Observation]) -> Iterator[Observation]:
    """The steps above a layer in which nothing succeeded."""
    kinds = dict.fromkeys(one.failure.kind.value for one in seen if one.failure)
    because = f"{OPERATIONS.get(broken, broken)} failed: {', '.join(kinds)}"
    order = (*checks.MODULES, Layer.CALL)
    for step in _steps(target):
        if order.index(step.layer) > order.index(broken):
            yield skip(step, because)


def _written_down(target: Target, fault: BaseException) -> dict[str, str]:
    """The tool's own fault: its traceback in the log, its words in every cell that it left open."""
    traceback.print_exception(fault)
    return {target.name: f"{type(fault).__name__}: {fault}"}


def _has_ports(seen: Sequence[Observation]) -> bool:
    return any("local_ports" in one.facts for one in seen)


def _with_ports(observation: Observation) -> Observation:
    """The run's first connect carries the range that replies come back to (NACLs must admit it)."""
    if observation.operation != "connect" or observation.address is None or not PORTS.exists():
        return observation
    facts = observation.facts | {"local_ports": "-".join(PORTS.read_text().split())}
    return msgspec.structs.replace(observation, facts=facts)
