"""Where a log driver other than ``awslogs`` sends to, over what, and whether a container waits for it.

Docker's drivers dial before the container starts, unless an option lets them dial later; FireLens only
hands over to the log router, which starts like any container and dials by itself.
https://docs.docker.com/engine/logging/configure/
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_firelens.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import SplitResult, urlsplit

from probe.model import Noun
from probe.requirements.log_drivers import FALSE, TRUE

Options = Mapping[str, str]

_HTTPS = 443
_SERVICE_OF_PLUGIN = {
    "cloudwatch": "logs",
    "cloudwatch_logs": "logs",
    "firehose": "kinesis-firehose",
    "kinesis": "kinesis-streams",
    "kinesis_firehose": "kinesis-firehose",
    "kinesis_streams": "kinesis-streams",
    "s3": "s3",
}
_HOST_OF_PLUGIN = {
    "datadog": "http-intake.logs.datadoghq.com",
    "newrelic": "log-api.newrelic.com",
    "nrlogs": "log-api.newrelic.com",
}
"""Where outputs go whose options name no host.

https://docs.fluentbit.io/manual/pipeline/outputs/datadog
https://docs.fluentbit.io/manual/pipeline/outputs/new-relic
"""

_PORT_OF_PLUGIN = {
    "es": 9200,
    "forward": 24224,
    "gelf": 12201,
    "http": 80,
    "loki": 3100,
    "opensearch": 9200,
    "splunk": 8088,
    "syslog": 514,
}
_DATAGRAMS = frozenset({"gelf", "syslog"})
"""Outputs of Fluent Bit that send datagrams unless ``mode`` says otherwise."""


class Destination(Noun, kw_only=True):
    """A host and port; ``transport`` is ``udp``, ``tcp`` or ``tls``; ``gates`` is whether a start waits."""

    host: str
    port: int
    transport: str
    gates: bool


def destination(driver: str, options: Options) -> Destination | None:
    """What a driver dials; ``None`` where it stays on the machine, or its options do not say."""
    read = _READERS.get(driver)
    return None if read is None else read(options)


def firelens_service(options: Options) -> str | None:
    """The endpoint suffix of the AWS service that a FireLens output writes to; none where it names a host."""
    folded = _folded(options)
    return None if folded.get("endpoint") else _SERVICE_OF_PLUGIN.get(_plugin(folded))


def _splunk(options: Options) -> Destination | None:
    unverified = options.get("splunk-insecureskipverify") in TRUE
    gates = options.get("splunk-verify-connection") not in FALSE
    return _dialled(options.get("splunk-url", ""), _HTTPS, gates=gates, unverified=unverified)


def _fluentd(options: Options) -> Destination | None:
    later = {options.get("fluentd-async"), options.get("fluentd-async-connect")} & TRUE
    return _dialled(options.get("fluentd-address", ""), 24224, gates=not later)


def _gelf(options: Options) -> Destination | None:
    return _dialled(options.get("gelf-address", ""), 12201)


def _syslog(options: Options) -> Destination | None:
    unverified = options.get("syslog-tls-skip-verify") in TRUE
    return _dialled(options.get("syslog-address", ""), 514, unverified=unverified)


def _logentries(_: Options) -> Destination:
    return Destination(host="data.logentries.com", port=_HTTPS, transport="tls", gates=True)


def _firelens(options: Options) -> Destination | None:
    folded = _folded(options)
    plugin = _plugin(folded)
    written = (
        folded.get("host")
        or folded.get("base_uri")
        or folded.get("endpoint")
        or folded.get("url")
        or _HOST_OF_PLUGIN.get(plugin, "")
    )
    port = folded.get("port", "")
    secured = (
        folded.get("tls", "").lower() in {"on", "true"} and folded.get("tls.verify", "").lower() != "off"
    )
    default = int(port) if port.isdecimal() else _PORT_OF_PLUGIN.get(plugin, _HTTPS)
    datagrams = plugin in _DATAGRAMS and folded.get("mode", "udp").lower() == "udp"
    scheme = "udp" if datagrams else "tls" if secured or default == _HTTPS else "tcp"
    return _dialled(written if "://" in written else f"{scheme}://{written}", default, gates=False)


def _plugin(folded: Options) -> str:
    return folded.get("name", folded.get("@type", "")).strip().lower()


def _folded(options: Options) -> dict[str, str]:
    """Fluent Bit reads its keys in any case."""
    return {key.lower(): value for key, value in options.items()}


def _dialled(written: str, port: int, *, gates: bool = True, unverified: bool = False) -> Destination | None:
    """Where ``scheme://host:port`` (or ``host:port``) is; nobody looks at an ``unverified`` certificate."""
    try:
        parts = urlsplit(written if "://" in written else f"tcp://{written}")
        number = parts.port or (80 if parts.scheme == "http" else port)
    except ValueError:
        return None
    if not parts.hostname:
        return None
    transport = "tcp" if unverified else _transport(parts, number)
    return Destination(host=parts.hostname, port=number, transport=transport, gates=gates)


def _transport(parts: SplitResult, port: int) -> str:
    if parts.scheme == "udp":
        return "udp"
    secured = parts.scheme in {"https", "tls", "tcp+tls"} or (port == _HTTPS and parts.scheme != "http")
    return "tls" if secured else "tcp"


_READERS: dict[str, Callable[[Options], Destination | None]] = {
    "awsfirelens": _firelens,
    "fluentd": _fluentd,
    "gelf": _gelf,
    "logentries": _logentries,
    "splunk": _splunk,
    "syslog": _syslog,
}
