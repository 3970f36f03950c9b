"""One run in the container, from its plan to its exit code: lines, results, delivery.

The main thread is the only writer.  It waits on one queue, which signals write to as well, so that the
line at hand is always finished.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import Any

import msgspec

from probe import calls, forms, lines, results
from probe.exits import EXIT_LAYER, MEANING, Exit, judge, worst
from probe.measure import DELIVERY, Inbox, Told, measure
from probe.model import SUBNET, Layer, LogSink, Observation, Status, Target, Work

LARGEST_PLAN = 65_536
"""Bytes; a task definition, which carries the plan, has no more."""
LONGEST = 3600.0
"""Seconds that any time of a plan may be: a lock waits for neither infinity nor what is no number."""

_GROUP = re.compile(r"[A-Za-z0-9][\w.-]{0,63}")


class UsageError(Exception):
    """Nothing can be done with the arguments or the plan: a line for people, and an exit code."""

    def __init__(self, message: str, code: Exit = Exit.USAGE) -> None:
        super().__init__(message)
        self.code = code


def run(arguments: Sequence[str]) -> int:
    """Measure the plan of ``PROBE_PLAN``, or of the flags, and answer with the exit code."""
    inbox: Inbox = SimpleQueue()
    told = listen(inbox)
    # Fargate has no instance metadata: boto3 would wait for an answer that cannot come.
    os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")
    try:
        work = by_hand(arguments) if arguments else planned(os.environ)
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return error.code
    return conduct(work, inbox, told)


def listen(inbox: Inbox) -> list[Told]:
    """From now on SIGTERM and Ctrl-C end the measuring, not the process; the list holds what was told so far.

    As PID 1 a process without a handler would not even notice the first.
    """
    told: list[Told] = []

    def hear(number: int, _: object) -> None:
        told.append(Told(f"told to stop ({signal.Signals(number).name})"))
        inbox.put(told[-1])

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, hear)
    return told


def planned(environment: Mapping[str, str]) -> Work:
    """The work that the environment carries.  Raises ``UsageError``."""
    plan = os.fsencode(environment.get("PROBE_PLAN", ""))
    if not plan:
        why = "PROBE_PLAN is not set; start the probe with run-probe, or by hand with --services and --region"
        raise UsageError(f"nothing to probe: {why}", Exit.NOTHING_TO_PROBE)
    if len(plan) > LARGEST_PLAN:
        why = f"it has {len(plan):,} bytes, and a task definition holds {LARGEST_PLAN:,}"
        raise UsageError(f"PROBE_PLAN is too large: {why}; narrow it with --services")
    try:
        subnet = os.fsencode(environment.get("PROBE_SUBNET", SUBNET))
        work = forms.read(plan.replace(SUBNET.encode(), subnet), Work)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UsageError(f"PROBE_PLAN cannot be read: {error}; let run-probe write it") from None
    return _sound(work)


def by_hand(arguments: Sequence[str]) -> Work:
    """The work that flags ask for.  Raises ``UsageError``."""
    from probe import hand

    try:
        return _sound(hand.work(arguments))
    except ValueError as error:
        raise UsageError(str(error)) from None


def conduct(work: Work, inbox: Inbox, told: Sequence[Told]) -> int:
    """Measure, write every line, leave the results for the reporters, deliver the lines; the exit code."""
    measured = measure(work, inbox=inbox)
    kept: list[lines.Event] = []
    # After the first packets: structlog is slow to import.
    say = partial(_say, lines.logger(sys.stdout.buffer, kept))
    say(lines.STARTED, run=work.run, subnet=work.subnet, targets=len(work.targets))
    seen: list[Observation] = []
    for one in measured:
        say(lines.OBSERVATION, observation=one)
        seen.append(one)
    total = verdict(work.targets, seen)
    code = Exit.OUT_OF_TIME if told else total
    say(lines.FINISHED, observations=len(seen), exit_code=int(code), meaning=MEANING[code])
    leave({**by_group(work.targets, seen), results.TOTAL: total})
    if work.logs is not None:
        say(lines.DELIVERY, **_delivered(work, work.logs, seen, kept))
        _keep(kept[-1][1])
    return code


def verdict(targets: Sequence[Target], seen: Sequence[Observation]) -> Exit:
    """What everything needed came to; the tool's own fault only where nothing at all was measured."""
    if seen and all(one.status in {Status.ERROR, Status.SKIP} for one in seen):
        faults = any(one.status is Status.ERROR for one in seen)
        return Exit.TOOL_BROKE if faults else Exit.OUT_OF_TIME
    return worst(_judged(target, seen) for target in targets if target.needed)


def by_group(targets: Sequence[Target], seen: Sequence[Observation]) -> dict[str, Exit]:
    """Each reporter's code: the worst of its group, needed or not."""
    groups = dict.fromkeys(target.group for target in targets)
    return {
        group: worst(_judged(target, seen) for target in targets if target.group == group) for group in groups
    }


def leave(codes: Mapping[str, int]) -> None:
    """Write the results; a volume that cannot be written costs the reporters, not the run."""
    where = results.directory()
    try:
        for name, code in codes.items():
            results.write(where, name, f"{int(code)}\n")
    except OSError as error:
        sys.stderr.write(f"results cannot be written: {error}; the reporters will say no report\n")


def _say(log: Any, event: str, **data: Any) -> None:
    """Write a line; a standard output that takes none costs the lines, and neither results nor verdict."""
    try:
        log.info(event, **data)
    except OSError as error:
        sys.stderr.write(f"lines cannot be written: {error}; the exit code tells\n")
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123  what is written from now on goes there
            os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _judged(target: Target, seen: Sequence[Observation]) -> Exit:
    return judge(target, (one for one in seen if one.target == target.name))


def _delivered(
    work: Work, sink: LogSink, seen: Sequence[Observation], kept: Sequence[lines.Event]
) -> dict[str, Any]:
    """Hand the lines to CloudWatch Logs, unless the way there was just found broken; how that went."""
    from probe import delivery

    on_the_way = [one for one in work.targets if one.service == "logs" and one.region == sink.region]
    broken = [code for code in (_judged(one, seen) for one in on_the_way) if code in EXIT_LAYER]
    if broken and EXIT_LAYER[broken[0]] is not Layer.CALL:
        return {"status": Status.SKIP, "because": f"CloudWatch Logs cannot be reached: {MEANING[broken[0]]}"}
    client = partial(calls.client, "logs", sink.region, work.connect_timeout)
    failure = delivery.deliver(lines.events(kept), sink, client, work.deadline * DELIVERY)
    return {"status": Status.PASS if failure is None else Status.FAIL, "failure": failure}


def _keep(line: bytes) -> None:
    with suppress(OSError):
        results.write(results.directory(), results.DELIVERY, line.decode())


def _sound(work: Work) -> Work:
    """The work, if it can be done at all.  Raises ``UsageError``."""
    if not work.targets:
        why = "the plan has no targets; name some with --services or --host"
        raise UsageError(f"nothing to probe: {why}", Exit.NOTHING_TO_PROBE)
    names = {target.name for target in work.targets}
    times = (work.connect_timeout, work.unneeded_timeout, work.deadline)
    faults = {
        "two targets have one name": len(names) != len(work.targets),
        "a group is no file name": not all(_GROUP.fullmatch(one.group) for one in work.targets),
        "a time is not above zero, or above an hour": not all(0 < one <= LONGEST for one in times),
    }
    for why, wrong in faults.items():
        if wrong:
            raise UsageError(f"the plan cannot be used: {why}; let run-probe write it")
    return work
