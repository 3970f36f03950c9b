"""What the ``awslogs`` driver accepts, and what can only have been meant where it refuses.

It gates a start (the stream is created before the container), so its options are checked as the driver
checks them.  The other drivers are read for their ``destinations`` only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from probe import endpoints
from probe.model import Correction, Noun

Options = Mapping[str, str]

OF_FARGATE = ("awslogs", "splunk", "awsfirelens")
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html"""

_AWSLOGS = frozenset(
    {
        "awslogs-create-group",
        "awslogs-create-stream",
        "awslogs-credentials-endpoint",
        "awslogs-datetime-format",
        "awslogs-endpoint",
        "awslogs-force-flush-interval-seconds",
        "awslogs-format",
        "awslogs-group",
        "awslogs-max-buffered-events",
        "awslogs-multiline-pattern",
        "awslogs-region",
        "awslogs-stream",
        "awslogs-stream-prefix",
    }
)
_ANY_DRIVER = frozenset({"mode", "max-buffer-size", "tag", "labels", "labels-regex", "env", "env-regex"})
TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})
"""What Go's ``strconv.ParseBool`` takes, with which Docker's drivers read their options."""

_SAID_OTHERWISE = {"yes": "true", "y": "true", "on": "true", "no": "false", "n": "false", "off": "false"}
_SIZE = re.compile(r"\d+(?:\.\d+)? ?(?:[kmgtp]i?)?b?", re.IGNORECASE)
_COUNT = re.compile(r"0*[1-9]\d*")
_COUNTS = ("awslogs-force-flush-interval-seconds", "awslogs-max-buffered-events")
"""What Docker's driver parses as a size, and as counts.

https://github.com/moby/moby/blob/master/daemon/logger/awslogs/cloudwatchlogs.go
"""

_MODES = frozenset({"blocking", "non-blocking"})
_PREFIX = "ecs"
"""What AWS's console gives as the prefix of streams."""


class Fault(Noun, kw_only=True):
    """An option and why it is refused; ``instead`` is what to say in its place, absent if nobody can know."""

    option: str
    why: str
    instead: dict[str, str] | None = None

    def __str__(self) -> str:
        return f"{self.option} {self.why}"


def faults(options: Options, *, fargate: bool, region: str = "") -> tuple[Fault, ...]:
    """Every reason for which the ``awslogs`` driver, or Fargate before it, rejects the options.

    ``region`` is the task's.
    """
    unknown = tuple(_unknown(options))
    misspelled = {name for fault in unknown for name in fault.instead or ()}
    return (
        *unknown,
        *_absences(options, misspelled, fargate=fargate, region=region),
        *_wrong_values(options, region),
    )


def corrections(options: Options, found: tuple[Fault, ...]) -> tuple[Correction, ...]:
    """What the options should say; nothing where one of the faults is their author's to mend.

    What goes is replaced by what stays: JSON takes a pair twice, and no comma is left over.
    """
    if any(fault.instead is None for fault in found):
        return ()
    group = {"awslogs-group": options.get("awslogs-group", "")}
    return tuple(_correction(options, fault, fault.instead or {}, group) for fault in found)


def _correction(options: Options, fault: Fault, instead: dict[str, str], group: dict[str, str]) -> Correction:
    """In place of the option, or beside the group where it is absent.

    An option that is none of this driver's may be a secret of another's: its value is not repeated.
    """
    if fault.option not in options:
        return Correction(key="awslogs-group", written=group["awslogs-group"], instead=group | instead)
    written = options[fault.option] if instead else None
    return Correction(key=fault.option, written=written, instead=instead or group)


def creates_group(options: Options) -> bool:
    """Whether the driver is asked to create the log group."""
    return options.get("awslogs-create-group", "") in TRUE


def _unknown(options: Options) -> Iterator[Fault]:
    """Options that are no option of the driver: under the name that they come close to, or away."""
    known = _AWSLOGS | _ANY_DRIVER
    for name in sorted(options.keys() - known):
        close = get_close_matches(name, sorted(known - options.keys()), 1, 0.8)
        yield Fault(
            option=name,
            why="is no option of the awslogs driver",
            instead=dict.fromkeys(close, options[name]),
        )


def _absences(options: Options, misspelled: set[str], *, fargate: bool, region: str) -> Iterator[Fault]:
    given = {
        "awslogs-group": None,
        "awslogs-region": {"awslogs-region": region} if region else None,
        "awslogs-stream-prefix": {"awslogs-stream-prefix": _PREFIX},
    }
    for name in given if fargate else list(given)[:2]:
        if not options.get(name):
            yield Fault(option=name, why="is missing", instead={} if name in misspelled else given[name])


def _wrong_values(options: Options, region: str) -> Iterator[Fault]:
    written, create = options.get("awslogs-region", ""), options.get("awslogs-create-group", "true")
    mode, sized = options.get("mode", "blocking"), options.get("max-buffer-size", "1m")
    if written and not endpoints.is_spelled_well(written):
        instead = {"awslogs-region": region} if region else None
        yield Fault(option="awslogs-region", why=f"{written} is no region", instead=instead)
    if create not in TRUE | FALSE:
        meant = _SAID_OTHERWISE.get(create.casefold())
        instead = {"awslogs-create-group": meant} if meant else None
        yield Fault(option="awslogs-create-group", why="is neither true nor false", instead=instead)
    if mode not in _MODES:
        close = get_close_matches(mode.casefold(), sorted(_MODES), 1)
        yield Fault(
            option="mode",
            why="is neither blocking nor non-blocking",
            instead={"mode": close[0]} if close else None,
        )
    if "max-buffer-size" in options and options.get("mode") == "blocking":
        yield Fault(option="max-buffer-size", why="needs mode non-blocking", instead={})
    if _SIZE.fullmatch(sized) is None:
        yield Fault(option="max-buffer-size", why="is no size such as 25m")
    for name in _COUNTS:
        if _COUNT.fullmatch(options.get(name, "1")) is None:
            yield Fault(option=name, why="is no whole number above zero")
    if {"awslogs-datetime-format", "awslogs-multiline-pattern"} <= options.keys():
        yield Fault(option="awslogs-datetime-format", why="and awslogs-multiline-pattern exclude each other")
