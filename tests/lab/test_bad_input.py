"""Bad input to the real command: ``{what happened}: {why}``, what to do about it, and nothing done."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from probe.report import as_json
from probe.report.document import SCHEMA, build
from tests.lab.catalogue import DEADLINE, ROOT, SCENARIOS, Rehearsal, play
from tests.report.cases import case, healthy

pytestmark = pytest.mark.lab

MANY_HOSTS = [word for one in range(150) for word in ("--host", f"h{one}.{'long.' * 40}example:443")]
"""More than a task definition holds; a plan above RunTask's 8,192 characters travels in one."""

ASKING = {
    "service": (
        ["--like-service", "chekout"],
        "cannot read service chekout: cluster prod has no such service in us-east-1",
    ),
    "cluster": (
        ["--like-service", "checkout", "--cluster", "staging"],
        "cannot read service checkout: there is no cluster staging in this region",
    ),
    "task": (
        ["--like-task", "0123456789abcdef"],
        "cannot read task 0123456789abcdef: cluster prod shows no such task, and",
    ),
    "empty": (["--like-service", ""], "cannot tell what to probe like: the name that was given is empty"),
    "region-of-another-form": (
        ["--like-service", "checkout", "--region", "mars-1"],
        "unknown region mars-1: no partition of AWS has a region of that form",
    ),
    "region-that-is-none": (
        ["--like-service", "checkout", "--region", "us-east-7"],
        "cannot read service checkout: Could not connect to the endpoint URL",
    ),
    "region-without-it": (
        ["--like-service", "checkout", "--region", "eu-west-1"],
        "cannot read service checkout: there is no cluster prod in this region",
    ),
    "no-network": (
        ["--like-service", "without-network"],
        "cannot probe service without-network: it has no networkConfiguration, so",
    ),
    "ec2": (["--like-service", "on-ec2"], "cannot probe service on-ec2: it has launch type EC2, where"),
    "capacity-provider": (
        ["--like-service", "on-instances"],
        "cannot probe service on-instances: its capacity provider instances is not Fargate's",
    ),
    "definition": (
        ["--subnets", "subnet-0", "--security-groups", "sg-0", "--task-definition", "chekout"],
        "cannot read task definition chekout: ",
    ),
    "plan-too-large": (
        ["--like-service", "checkout", *MANY_HOSTS],
        "cannot probe: the plan is too large: it makes a task definition of ",
    ),
    "services": (
        ["--like-service", "checkout", "--services", "s3,dynamodb"],
        "unknown service dynamodb: there are ecr, ecr.api, ",
    ),
    "host": (
        ["--like-service", "checkout", "--host", "proxy.example.com:http"],
        "--host proxy.example.com:http: not HOST:PORT",
    ),
}
"""Arguments in the seat of a lab, and how the first line begins.

Subnets and groups are written by their names, and ``@NAME`` is a file of ``KEPT``.
"""

SUBNET = "prod-private-us-east-1a"
IN_VPC = ["--subnets", SUBNET, "--security-groups", "service", "--role", "checkout-execution"]
OF_VPC = {
    "two-vpcs": (
        ["--subnets", f"{SUBNET},elsewhere", "--security-groups", "service"],
        "cannot probe these subnets: they are of 2 VPCs: subnet-",
    ),
    "group-of-another-vpc": (
        ["--subnets", SUBNET, "--security-groups", "service,elsewhere"],
        "cannot give these groups to tasks in these subnets: they are of 2 VPCs: subnet-",
    ),
    "unknown-subnet": (
        ["--subnets", "subnet-00000000000000000", "--security-groups", "service"],
        "cannot probe these subnets: InvalidSubnetID.NotFound: ",
    ),
    "unknown-group": (
        ["--subnets", SUBNET, "--security-groups", "sg-00000000000000000"],
        "cannot use these security groups: InvalidGroup.NotFound: ",
    ),
    "no-groups": (["--subnets", SUBNET], "cannot probe these subnets: --security-groups is missing, and"),
    "no-subnets": (
        ["--security-groups", "service", "--role", "checkout-execution"],
        "cannot tell what to probe: --security-groups, ",
    ),
    "role-of-another-service": (
        [*IN_VPC[:4], "--role", "run-probe-function"],
        "cannot use role run-probe-function: its trust policy does not let ecs-tasks.amazonaws.com",
    ),
    "no-such-role": ([*IN_VPC[:4], "--role", "nobody"], "cannot use role nobody: there is no such role"),
    "no-role-at-all": (
        [*IN_VPC[:4], "--carrier", "fargate"],
        "cannot start the probe: its image is in ECR, and neither --role nor --pull-role",
    ),
    "no-cluster": (
        [*IN_VPC, "--cluster", "default"],
        "cannot start the probe: a task needs a cluster, and there is no cluster default in us-east-1",
    ),
    "definition-for-instances": (
        [*IN_VPC, "--task-definition", "@instances"],
        "cannot probe for task definition ",
    ),
    "definition-that-is-none": (
        [*IN_VPC, "--task-definition", "@newer"],
        "cannot read task definition ",
    ),
    "blocked-host": (
        [*IN_VPC, "--expect-blocked", "db.internal"],
        "--expect-blocked db.internal: not HOST:PORT",
    ),
    "unwritable": (
        [*IN_VPC, "--save", "/nonexistent/report.json"],
        "cannot save to /nonexistent/report.json: ",
    ),
    "newer-baseline": (["--like-service", "checkout", "--baseline", "@newer"], "/"),
    "baseline-of-another-service": (
        ["--like-service", "checkout", "--baseline", "@billing"],
        "cannot compare with ",
    ),
    "baseline-of-another-vpc": (
        ["--like-service", "checkout", "--baseline", "@elsewhere"],
        "cannot compare with ",
    ),
}
ASKING |= OF_VPC

WHY = {
    "newer-baseline": f"it has schema {SCHEMA + 1} and this run-probe reads {SCHEMA}: a newer run-probe",
    "baseline-of-another-service": "it is about service billing in prod of account 123456789012 in us-east-1",
    "baseline-of-another-vpc": "it is about subnet-a, subnet-b, and none of these subnets is probed now",
    "definition-for-instances": "it requires EC2, not FARGATE",
    "definition-that-is-none": "no task definition: it has no containerDefinitions",
    "two-vpcs": " in vpc-",
}
"""What the line of a row says besides its beginning."""


def kept(*, billing: bool) -> str:
    """A report of a run elsewhere, of this service or another one."""
    given = case(healthy("subnet-a"), healthy("subnet-b"))
    named = replace(given, spec=replace(given.spec, service="billing")) if billing else given
    report = build(named, (), tool_version="1", started="2026-11-02T10:00:00+00:00", took=1.0)
    return as_json.encode(report).decode()


KEPT = {
    "newer": json.dumps({"schema": SCHEMA + 1}),
    "billing": kept(billing=True),
    "elsewhere": kept(billing=False),
    "instances": json.dumps(
        {"requiresCompatibilities": ["EC2"], "containerDefinitions": [{"name": "app", "image": "nginx"}]}
    ),
}
"""Files that a row names."""

FILES = {
    "syntax": ("--lab", "def build(:\n", "cannot read scenario {path}: line 1: invalid syntax"),
    "no-build": ("--lab", "x = 1\n", "cannot use scenario {path}: it has no function build(aws)"),
    "no-scenario": ("--lab", None, "cannot open scenario {path}: there is no such file"),
    "no-report": ("--replay", None, "cannot read {path}: No such file or directory"),
    "garbage": ("--replay", "\x00\udcff{", "{path}: not a run-probe report: "),
    "empty-report": ("--replay", "", "{path}: not a run-probe report: "),
    "half-a-report": ("--replay", json.dumps({"schema": SCHEMA}), "{path}: not a run-probe report: "),
    "newer": (
        "--replay",
        json.dumps({"schema": SCHEMA + 1}),
        "{path}: cannot read this report: it has schema ",
    ),
}
"""An option that takes a file, the file's text or None for an absent one, and how the first line begins."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    """One lab in which every row of ASKING is run."""
    folder = tmp_path_factory.mktemp("kept")
    files = {f"@{name}": folder / f"{name}.json" for name in KEPT}
    for name, text in KEPT.items():
        files[f"@{name}"].write_text(text)
    table = {
        row: [str(files.get(word, word)) for word in arguments] for row, (arguments, _) in ASKING.items()
    }
    return play(SCENARIOS["healthy_private"], "misuse.py", json.dumps(table))


def shape(code: int, out: str, err: str) -> tuple[int, str, int, bool, bool]:
    """What every refusal has in common: code 2, no output, a line, advice below it, no traceback."""
    lines = err.splitlines() or [""]
    return code, out, len(lines), lines[-1].startswith("  "), "Traceback" in err


REFUSED = (2, "", 2, True, False)


@pytest.mark.parametrize("row", ASKING)
def test_what_cannot_be_probed_is_one_line_and_advice(runs: Rehearsal, row: str) -> None:
    """Asked of a real command in a real account."""
    ended = runs.act(row)
    assert REFUSED == shape(ended["exit_code"], ended["stdout"], ended["stderr"]), ended["stderr"]
    first = ended["stderr"].splitlines()[0]
    assert (True, True) == (first.startswith(ASKING[row][1]), WHY.get(row, "") in first), first


def test_a_refused_run_starts_nothing(runs: Rehearsal) -> None:
    """After all of them ECS has never seen a task or a task definition of run-probe."""
    assert {"tasks": [], "definitions": [], "stopped": {}, "inactive": []} == runs.act("left")


@pytest.mark.parametrize("row", FILES)
def test_a_file_that_cannot_be_used_is_one_line_and_advice(tmp_path: Path, row: str) -> None:
    """A scenario or a report: missing, garbage, or another version's."""
    option, text, expected = FILES[row]
    path = tmp_path / "mine.py"
    if text is not None:
        path.write_text(text, errors="surrogateescape")
    command = [sys.executable, "-m", "probe.cli", option, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=DEADLINE)
    assert REFUSED == shape(done.returncode, done.stdout, done.stderr), done.stderr
    assert done.stderr.startswith(expected.format(path=path))
