"""What people read, at 80 columns."""

from __future__ import annotations

import io
from typing import Literal

import msgspec
import pytest
from rich.console import Console

from probe.diagnosis.case import Case
from probe.model import NOT_LAUNCHED, Finding, Fix, Kind, Layer, Outcome, Stop
from probe.report.document import build
from probe.report.terminal import render
from tests.report.cases import (
    ACLS_DENIED,
    BLOCKED,
    ECR,
    KMS,
    S3,
    SNAPSHOT,
    case,
    healthy,
    outcome,
    upto,
    works,
)

BROKEN = """\
FAIL  checkout in prod: exit code 12, network path (TCP)

[1] error endpoint-sg-blocks-ingress: sg-endpoints
  what  The security group of the endpoints does not admit the task
  why   No ingress rule of sg-endpoints admits sg-task, or the task's address,
        on TCP 443.
  seen  connecting to 10.0.1.10:443 (ecr.api) timed out after 8 s
  sure  measured, and the configuration names the object
  where subnet-a
  who   ecr.api
  also  explains CannotPullContainerError: i/o timeout
  fix
    aws ec2 authorize-security-group-ingress --group-id sg-endpoints \\
      --protocol tcp --port 443 --source-group sg-task
  page  run-probe explain endpoint-sg-blocks-ingress, or
        docs/findings/endpoint-sg-blocks-ingress.md

subnet-a (us-east-1a)
  the probe reported; known by its own log lines
                              DNS       TCP       TLS       HTTP      call
  ecr.api                     pass      fail [1]  skip      skip      skip
  s3                          pass      pass      pass      pass      skip
  not needed by this task:
  kms                         pass      fail      skip      skip      skip
  kms TCP: connect 10.0.1.10: timeout

subnet-b (us-east-1b)
  stopped by ECS: no capacity
                              DNS       TCP       TLS       HTTP      call
  ecr.api                     no report no report no report no report no report
  s3                          no report no report no report no report skip
  not needed by this task:
  kms                         no report no report no report no report skip

pass: it works.  fail [n]: it does not, and finding n says why.
skip: not tried, because an earlier layer failed or there is nothing to do.
error: the probe could not look.  no report: nobody measured it.

Could not be read, so it explains nothing here:
  ec2:DescribeNetworkAcls on *: User: arn:aws:iam::123456789012:user/eve may not

  Next  run the commands under fix, then run-probe again: it ends with exit code
        0 when all is mended.
"""

HEALTHY = """\
PASS  checkout in prod: exit code 0, everything needed works

subnet-a (us-east-1a), subnet-b (us-east-1b)
  the probe reported; known by its own log lines
                              DNS       TCP       TLS       HTTP      call
  ecr.api                     pass      pass      pass      pass      pass
  s3                          pass      pass      pass      pass      skip
  not needed by this task:
  kms                         pass      pass      pass      pass      skip

pass: it works.  fail [n]: it does not, and finding n says why.
skip: not tried, because an earlier layer failed or there is nothing to do.
error: the probe could not look.  no report: nobody measured it.

  Next  nothing to do: no step of a start is broken here.
"""

BROKEN_CASE = case(
    outcome(
        "subnet-a",
        *upto(ECR, Layer.TCP, Kind.TIMEOUT),
        *works(S3),
        *upto(KMS, Layer.TCP, Kind.TIMEOUT),
    ),
    outcome("subnet-b", complete=False, ended="stopped by ECS: no capacity"),
    snapshot=msgspec.structs.replace(SNAPSHOT, network_acls=ACLS_DENIED),
)
HEALTHY_CASE = case(healthy("subnet-a"), healthy("subnet-b"))


def written(of: Case, *findings: Finding, terminal: bool = False) -> str:
    """The report as a console of 80 columns writes it."""
    page = io.StringIO()
    report = build(of, findings, tool_version="1.2.3", started="2026-11-02T10:00:00+00:00", took=31.5)
    colours: Literal["standard", "auto"] = "standard" if terminal else "auto"
    render(
        (report,), Console(file=page, width=80, force_terminal=terminal, color_system=colours, _environ={})
    )
    return page.getvalue()


@pytest.mark.parametrize(
    ("given", "findings", "expected"),
    [(BROKEN_CASE, (BLOCKED,), BROKEN), (HEALTHY_CASE, (), HEALTHY)],
    ids=["broken", "healthy"],
)
def test_the_report_reads_from_verdict_to_next_step(
    given: Case, findings: tuple[Finding, ...], expected: str
) -> None:
    """In a pipe the report is plain text of 80 columns; subnets that are alike are one block."""
    assert written(given, *findings) == expected


def test_colour_only_repeats_the_words() -> None:
    """On a terminal the same text comes with colour."""
    coloured = written(BROKEN_CASE, BLOCKED, terminal=True)
    assert ("\x1b[" in coloured, "\x1b[" in written(BROKEN_CASE, BLOCKED)) == (True, False)


def test_brackets_in_a_text_are_not_markup() -> None:
    """A finding may quote anything: rich does not interpret it."""
    quoting = msgspec.structs.replace(BLOCKED, title="[bold]not markup[/bold]", fix=Fix(cli=("echo [red]",)))
    page = written(BROKEN_CASE, quoting)
    assert ("[bold]not markup[/bold]" in page, "    echo [red]\n" in page) == (True, True)


def test_without_a_command_the_reader_is_sent_to_the_page() -> None:
    """A finding that no command mends says where to read on."""
    page = written(BROKEN_CASE, msgspec.structs.replace(BLOCKED, fix=Fix()))
    assert page.endswith("  Next  follow the page of each finding, then run run-probe again.\n")


def test_a_long_name_stands_on_a_line_of_its_own() -> None:
    """It is not cut: only a line of one word is longer than 80 columns, commands apart."""
    role = "arn:aws:iam::123456789012:role/a/path/of/its/own/and/then/more/of/it/checkout-execution"
    page = written(BROKEN_CASE, msgspec.structs.replace(BLOCKED, subject=role))
    assert f"[1] error endpoint-sg-blocks-ingress:\n      {role}\n" in page
    assert [f"      {role}"] == [line for line in page.splitlines() if len(line) > 80]


def test_what_became_of_a_function_is_a_line_of_its_own() -> None:
    """Below how the probe ended, whole: no middle of it is left out."""
    silent = msgspec.structs.replace(
        outcome("subnet-a", complete=False, ended="stopped"), beside="no function here: it has no role"
    )
    page = written(case(silent, healthy("subnet-b")))
    assert "  stopped\n  no function here: it has no role\n" in page


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([outcome("subnet-a", complete=False), outcome("subnet-b", complete=False)], True),
        ([healthy("subnet-a"), healthy("subnet-b")], False),
    ],
    ids=["nothing-measured", "measured"],
)
def test_what_stopped_tasks_said_is_shown_while_nothing_is_measured(
    outcomes: list[Outcome],
    expected: bool,  # noqa: FBT001  a column
) -> None:
    """It is of other tasks, at an earlier time."""
    stop = Stop(
        task="t", reason='Post "https://api.ecr.us-east-1.amazonaws.com/": dial tcp 10.0.0.9:443: i/o timeout'
    )
    given = case(*outcomes)
    given = msgspec.structs.replace(given, spec=msgspec.structs.replace(given.spec, stops=(stop,)))
    assert expected == ("  a task stopped at registry-auth: network-timeout" in written(given))


def test_a_run_that_launched_nothing_says_so_and_blames_no_carrier() -> None:
    """Nothing broke on the way to a measurement: none was asked for, and the next step is to ask for one."""
    idle = [outcome(one, complete=False, ended=NOT_LAUNCHED) for one in ("subnet-a", "subnet-b")]
    page = " ".join(written(case(*idle)).split())
    assert "nothing was measured: --no-launch asked for that" in page
    assert "without --no-launch, run-probe measures" in page
    assert "no carrier could start" not in page


def test_of_several_the_verdicts_come_first_and_nothing_twice() -> None:
    """A service whose matrix is an earlier one's refers to it, and so does a finding of theirs."""
    first = build(BROKEN_CASE, (BLOCKED,), tool_version="1", started="2026-11-02T10:00:00+00:00", took=1.0)
    second = msgspec.structs.replace(first, spec=msgspec.structs.replace(first.spec, service="billing"))
    page = io.StringIO()
    render((first, second), Console(file=page, width=80, _environ={}))
    lines = page.getvalue().splitlines()
    assert [
        "FAIL  checkout in prod: exit code 12, network path (TCP)",
        "FAIL  billing in prod: exit code 12, network path (TCP)",
    ] == lines[:2]
    repeated = ("  as    for checkout, above", "In every subnet and step as checkout, above.", "Next")
    found = [sum(part in line for line in lines) for part in (*repeated, BLOCKED.title, "pass: it works.")]
    assert [1, 1, 1, 1, 1] == found
