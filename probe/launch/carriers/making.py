"""A function of a run: made in one subnet for a while, and taken away again with its log."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

from botocore.exceptions import ClientError

from probe.launch.package import Package
from probe.launch.refusals import NO_ANSWER, asking, code_of, in_one_line, words_of
from probe.launch.telling import Tell
from probe.model import Noun, Work
from probe.plan.requests import TAG

_HANDLER = "probe.function.handler"
_MEMORY = 512
SPARE = 20
"""Seconds that a function has beyond its work's own deadline, and its caller beyond the function's."""

_REMOVED_WITHIN, _PAUSE = 90.0, 0.2
_KNOWN_WITHIN, _UNTIL_KNOWN = 60.0, 1.0
_NOT_KNOWN_YET = re.compile("cannot be assumed by Lambda|role does not have permissions to call")
_BUSY, _ABSENT = "ResourceConflictException", "ResourceNotFoundException"


class DismissedError(Exception):
    """Nobody needs the answer any more."""


class CutShortError(DismissedError):
    """The same, while the function is measuring: Lambda does not end it."""


class Order(Noun, kw_only=True):
    """What the functions of a run have in common; ``groups`` are the service's security groups.

    A role that ``is_new`` was made a moment ago.
    """

    run: str
    role: str
    is_new: bool = False
    groups: tuple[str, ...]
    package: Package


@contextmanager
def created(session: Any, order: Order, work: Work, dismissed: Event, tell: Tell) -> Iterator[str]:
    """A function in the work's subnet, for as long as the block lasts; its name."""
    client = session.client("lambda")
    name = name_of(order.run, work.subnet)
    tell(f"{work.subnet}: a function is being made")
    with asking(f"cannot make a function in {work.subnet}", "lambda:CreateFunction", f"function:{name}"):
        _create(client, request(order, work, name), dismissed, _KNOWN_WITHIN if order.is_new else 0.0)
    try:
        yield name
    except CutShortError:
        if not order.is_new:
            tell(f"Lambda may yet write the log group {log_group(name)}: run-probe cleanup removes it")
        raise
    finally:
        _remove(client, name, tell)
        if not order.is_new:
            _remove_log(session.client("logs"), name, tell)


def _create(client: Any, wanted: dict[str, Any], dismissed: Event, patience: float) -> None:
    """Ask until Lambda knows of a role that IAM has only just made, for so many seconds.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            client.create_function(**wanted)
        except ClientError as error:
            if not _NOT_KNOWN_YET.search(words_of(error)) or time.monotonic() >= deadline:
                raise
        else:
            return
        if dismissed.wait(_UNTIL_KNOWN):
            raise DismissedError


def name_of(run: str, subnet: str) -> str:
    """The name of a run's function in a subnet."""
    return f"{TAG}-{run}-{subnet}"


def log_group(name: str) -> str:
    """Where Lambda writes a function's log."""
    return f"/aws/lambda/{name}"


def request(order: Order, work: Work, name: str) -> dict[str, Any]:
    """The exact ``CreateFunction`` request."""
    return {
        "FunctionName": name,
        "Runtime": order.package.runtime,
        "Architectures": [order.package.architecture],
        "Role": order.role,
        "Handler": _HANDLER,
        "Code": {"ZipFile": order.package.code},
        "Timeout": seconds_of(work),
        "MemorySize": _MEMORY,
        "VpcConfig": {"SubnetIds": [work.subnet], "SecurityGroupIds": list(order.groups)},
        "Tags": {TAG: order.run},
    }


def seconds_of(work: Work) -> int:
    """How long a function may take for its work."""
    return math.ceil(work.deadline) + SPARE


def _remove(client: Any, name: str, tell: Tell) -> None:
    """Delete the function; Lambda refuses that while it is being made, so it is asked again."""
    deadline = time.monotonic() + _REMOVED_WITHIN
    while True:
        try:
            client.delete_function(FunctionName=name)
        except ClientError as error:
            if code_of(error) == _BUSY and time.monotonic() < deadline:
                time.sleep(_PAUSE)
                continue
            _left(f"function {name}", error, tell)
        except NO_ANSWER as error:
            _left(f"function {name}", error, tell)
        return


def _remove_log(logs: Any, name: str, tell: Tell) -> None:
    """Delete the log group that Lambda makes for a function whose role may; others leave none.

    Lambda can bring it minutes later, and then it is cleanup's.
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
    """
    try:
        logs.delete_log_group(logGroupName=log_group(name))
    except ClientError as error:
        if code_of(error) != _ABSENT:
            _left(f"log group {log_group(name)}", error, tell)
    except NO_ANSWER as error:
        _left(f"log group {log_group(name)}", error, tell)


def _left(what: str, error: Exception, tell: Tell) -> None:
    tell(f"could not remove {what}: {in_one_line(error)}; run-probe cleanup finishes it")
