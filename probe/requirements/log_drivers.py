"""What the ``awslogs`` driver accepts.

It gates a start (the stream is created before the container), so its options are checked as the driver
checks them.  The other drivers are read for their ``destinations`` only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from probe import endpoints

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

_SIZE = re.compile(r"\d+(?:\.\d+)? ?(?:[kmgtp]i?)?b?", re.IGNORECASE)
_COUNT = re.compile(r"0*[1-9]\d*")
_COUNTS = ("awslogs-force-flush-interval-seconds", "awslogs-max-buffered-events")
"""What Docker's driver parses as a size, and as counts.

https://github.com/moby/moby/blob/master/daemon/logger/awslogs/cloudwatchlogs.go
"""

_MODES = frozenset({"blocking", "non-blocking"})


def complaints(options: Options, *, fargate: bool) -> tuple[str, ...]:
    """Every reason for which the ``awslogs`` driver, or Fargate before it, rejects the options."""
    unknown = sorted(options.keys() - _AWSLOGS - _ANY_DRIVER)
    return (
        *(f"{name} is no option of the awslogs driver" for name in unknown),
        *_absences(options, fargate=fargate),
        *_wrong_values(options),
    )


def creates_group(options: Options) -> bool:
    """Whether the driver is asked to create the log group."""
    return options.get("awslogs-create-group", "") in TRUE


def _absences(options: Options, *, fargate: bool) -> tuple[str, ...]:
    required = ["awslogs-group", "awslogs-region"] + (["awslogs-stream-prefix"] if fargate else [])
    return tuple(f"{name} is missing" for name in required if not options.get(name))


def _wrong_values(options: Options) -> tuple[str, ...]:
    region = options.get("awslogs-region", "")
    wrong = {
        f"awslogs-region {region} is no region": bool(region) and not endpoints.is_spelled_well(region),
        "awslogs-create-group is neither true nor false": options.get("awslogs-create-group", "true")
        not in TRUE | FALSE,
        "mode is neither blocking nor non-blocking": options.get("mode", "blocking") not in _MODES,
        "max-buffer-size needs mode non-blocking": "max-buffer-size" in options
        and options.get("mode") == "blocking",
        "max-buffer-size is no size such as 25m": _SIZE.fullmatch(options.get("max-buffer-size", "1m"))
        is None,
        **{
            f"{name} is no whole number above zero": _COUNT.fullmatch(options.get(name, "1")) is None
            for name in _COUNTS
        },
        "awslogs-datetime-format and awslogs-multiline-pattern exclude each other": {
            "awslogs-datetime-format",
            "awslogs-multiline-pattern",
        }
        <= options.keys(),
    }
    return tuple(complaint for complaint, applies in wrong.items() if applies)
