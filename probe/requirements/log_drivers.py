"""What a container's log driver needs: options the driver accepts, and the hosts it dials.

``awslogs`` gates a start (the stream is created before the container), so its options are checked as the
driver checks them.  The others are read for their destinations only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from probe import endpoints

Options = Mapping[str, str]

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
_BOOLEANS = frozenset({"1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"})
_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_SIZE = re.compile(r"\d+(?:\.\d+)? ?(?:[kmgtp]i?)?b?", re.IGNORECASE)
_COUNT = re.compile(r"0*[1-9]\d*")
_COUNTS = ("awslogs-force-flush-interval-seconds", "awslogs-max-buffered-events")
"""What Docker's driver parses as a size, and as counts.

https://github.com/moby/moby/blob/master/daemon/logger/awslogs/cloudwatchlogs.go
"""

_MODES = frozenset({"blocking", "non-blocking"})
_SERVICE_OF_PLUGIN = {
    "cloudwatch": "logs",
    "cloudwatch_logs": "logs",
    "firehose": "firehose",
    "kinesis": "kinesis",
    "kinesis_firehose": "firehose",
    "kinesis_streams": "kinesis",
    "s3": "s3",
}


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
    return options.get("awslogs-create-group", "") in _TRUE


def destination(driver: str, options: Options) -> tuple[str, int] | None:
    """Host and port that a driver other than ``awslogs`` sends to; ``None`` where it stays on the machine."""
    read = _DESTINATIONS.get(driver)
    return None if read is None else read(options)


def firelens_service(options: Options) -> str | None:
    """The endpoint suffix of the AWS service that a FireLens output writes to."""
    plugin = options.get("Name", options.get("@type", "")).strip().lower()
    return _SERVICE_OF_PLUGIN.get(plugin)


def _absences(options: Options, *, fargate: bool) -> tuple[str, ...]:
    required = ["awslogs-group", "awslogs-region"] + (["awslogs-stream-prefix"] if fargate else [])
    return tuple(f"{name} is missing" for name in required if not options.get(name))


def _wrong_values(options: Options) -> tuple[str, ...]:
    region = options.get("awslogs-region", "")
    wrong = {
        f"awslogs-region {region} is no region": bool(region) and not endpoints.is_region(region),
        "awslogs-create-group is neither true nor false": options.get("awslogs-create-group", "true")
        not in _BOOLEANS,
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


def _from_url(option: str, port: int) -> Callable[[Options], tuple[str, int] | None]:
    """A reader of ``scheme://host:port`` (or ``host:port``) in one option."""

    def read(options: Options) -> tuple[str, int] | None:
        return _address(options.get(option, ""), port)

    return read


def _address(written: str, port: int) -> tuple[str, int] | None:
    try:
        parts = urlsplit(written if "://" in written else f"tcp://{written}")
        number = parts.port or (80 if parts.scheme == "http" else port)
    except ValueError:
        return None
    return (parts.hostname, number) if parts.hostname else None


def _from_firelens(options: Options) -> tuple[str, int] | None:
    written = next((options[key] for key in ("Host", "host", "Endpoint", "endpoint") if options.get(key)), "")
    port = options.get("Port", options.get("port", ""))
    found = _address(written, 443)
    return _address(f"{found[0]}:{port}", 443) if found and port.isdecimal() else found


_DESTINATIONS: dict[str, Callable[[Options], tuple[str, int] | None]] = {
    "splunk": _from_url("splunk-url", 443),
    "fluentd": _from_url("fluentd-address", 24224),
    "gelf": _from_url("gelf-address", 12201),
    "syslog": _from_url("syslog-address", 514),
    "logentries": lambda _: ("data.logentries.com", 443),
    "awsfirelens": _from_firelens,
}
