"""What the operator forbade to try never passes: its cell is a skip, it is listed, and the word is warn."""

from __future__ import annotations

import io

from msgspec.structs import replace
from rich.console import Console

from probe.diagnosis import diagnose
from probe.model import Call, Layer, Observation, Status, Stop, Verdict
from probe.report.document import Report, build
from probe.report.terminal import render
from tests.report.cases import ECR, S3, SUBNETS, case, outcome, target, works

SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf"
FLAG = "not read (--no-get-secrets)"
CALL = Call(operation="secretsmanager:GetSecretValue", reference=SECRET, withheld=FLAG)
WITHHELD = target("secretsmanager", calls=(CALL,))
SKIPPED = Observation(
    target=WITHHELD.name,
    layer=Layer.CALL,
    operation=CALL.operation,
    status=Status.SKIP,
    reference=SECRET,
    because=f"{FLAG}: it is there",
)


def report() -> Report:
    """Everything that was tried works, from every subnet, and tasks of the service stop."""
    layers = tuple(one for one in works(WITHHELD) if one.layer is not Layer.CALL)
    outcomes = (outcome(one, *works(ECR), *works(S3), *layers, SKIPPED) for one in SUBNETS)
    made = replace(case(*outcomes), targets=(ECR, S3, WITHHELD))
    stopped = Stop(task="task/1", reason="Essential container in task exited")
    made = replace(made, spec=replace(made.spec, stops=(stopped,)))
    return build(made, diagnose(made), tool_version="0", started="now", took=1.0)


def test_what_was_not_tried_is_no_fault_and_no_proof() -> None:
    """The exit code is 0, the verdict warns, the cells are skips, and nobody is told that all is healthy."""
    told = report()
    cells = {one.status for one in told.matrix if (one.target, one.layer) == (WITHHELD.name, Layer.CALL)}
    assert (0, Verdict.WARN, {Status.SKIP}, ()) == (told.exit_code, told.verdict, cells, told.findings)


def test_the_text_lists_what_is_not_proven() -> None:
    """With the operation, the reference and the flag."""
    told = io.StringIO()
    render((report(),), Console(file=told, width=200))
    unproven = told.getvalue().partition("Not proven, because it was not tried:")[2]
    assert [CALL.operation, SECRET, FLAG] == [
        word for word in (CALL.operation, SECRET, FLAG) if word in unproven
    ]
