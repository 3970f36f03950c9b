"""The sides of the comparison: what runs, where, and what says that it did its work."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import plans
from tests.bench.cell import Cell, Ended, run

HERE = Path(__file__).parent
PROBE = ("python", "-m", "probe")
BARE = ("python", "-c", "import boto3; boto3.client('sts').get_caller_identity()")
IN_IMAGE = {"PYTHONPATH": "/opt/probe", "PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/"}


class SideError(Exception):
    """A side did not do what it is measured at; the text has its last words."""


@dataclass(frozen=True)
class Sides:
    """Every side in one cell, with one set of keys; ``place`` is a directory for their files."""

    cell: Cell
    keys: Mapping[str, str]
    plan: plans.Plan
    place: Path
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    def probe(self, plan: plans.Plan | None = None, *options: str, code: int = 0) -> Ended:
        """The probe's image with a plan; the healthy one by default."""
        given = plans.run(self.plan, next(self.numbers)) if plan is None else plan
        text = json.dumps(given, separators=(",", ":"))
        return self._image(PROBE[0], *options, *PROBE[1:], code=code, PROBE_PLAN=text)

    def bare(self) -> Ended:
        """A Python process that imports boto3, as pip installs it, and makes one call."""
        return self._host(*BARE)

    def by_hand(self) -> Ended:
        """The script."""
        calls = {
            call["operation"].partition(":")[0]: call["arguments"].get("pinned", call["reference"])
            for target in self.plan["targets"]
            for call in target["calls"]
        }
        registry, _, image = calls["registry"].partition("/")
        named = (calls["secretsmanager"], calls["ssm"], calls["logs"])
        return self._host(str(HERE / "by_hand.sh"), self.plan["region"], registry, image, *named)

    def exporter(self) -> Ended:
        """prometheus-blackbox-exporter, asked for the same names and certificates at once."""
        modules, queries = _modules(self.plan, self.cell)
        configuration, urls = self.place / "blackbox.yml", self.place / "urls"
        configuration.write_text(json.dumps({"modules": modules}))
        urls.write_text("".join(f'url = "http://127.0.0.1:9115/probe?{query}"\n' for query in queries))
        ended = self._host(str(HERE / "exporter.sh"), str(configuration), str(urls))
        answered = sum("probe_success 1" in line for _, line in ended.lines)
        if answered != len(queries):
            raise SideError(f"exporter: {answered} of {len(queries)} probes succeeded")
        return ended

    def _host(self, *command: str) -> Ended:
        bundle = str(self.cell.authorities)
        trust = {"SSL_CERT_FILE": bundle, "CURL_CA_BUNDLE": bundle, "AWS_CA_BUNDLE": bundle}
        return _done(run(self.cell, *command, environment={**self.keys, **trust}, in_image=False), 0)

    def _image(self, *command: str, code: int = 0, **variables: str) -> Ended:
        bundle = "/tmp/authorities.pem"  # noqa: S108  a file system of the cell's own
        trust = {"SSL_CERT_FILE": bundle, "AWS_CA_BUNDLE": bundle}
        environment = {**self.keys, **IN_IMAGE, **trust, **variables}
        return _done(run(self.cell, *command, environment=environment, in_image=True), code)


def _done(ended: Ended, code: int) -> Ended:
    if ended.code != code:
        words = ended.errors.strip().splitlines() or [line for _, line in ended.lines] or ["nothing"]
        raise SideError(f"a side ended with {ended.code}, not {code}: {words[-1]}")
    return ended


def _modules(plan: plans.Plan, cell: Cell) -> tuple[dict[str, object], list[str]]:
    """The exporter's modules, and the queries that use them: DNS over both transports, TCP with TLS."""
    (server,) = [words[1] for words in map(str.split, cell.resolv_conf.read_text().splitlines())]
    trust = {"ca_file": str(cell.authorities)}
    modules: dict[str, object] = {
        "tls": {"prober": "tcp", "timeout": "8s", "tcp": {"tls": True, "tls_config": trust}}
    }
    queries = []
    for host in (target["host"] for target in plan["targets"]):
        queries.append(f"module=tls&target={host}:443")
        for transport in ("udp", "tcp"):
            dns = {"query_name": host, "query_type": "A", "transport_protocol": transport}
            modules[f"{transport}-{host}"] = {"prober": "dns", "timeout": "8s", "dns": dns}
            queries.append(f"module={transport}-{host}&target={server}")
    return modules, queries
