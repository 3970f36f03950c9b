"""The container as a process: its plan, its lines, its results, its exit codes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import pytest
import trustme

from probe import lines
from probe.exits import Exit
from probe.model import Call, Layer, LogSink, Observation, Status, Target
from tests.authority import shown
from tests.loopback import Pages, full, listener, page, secured, unused
from tests.vantages import REGION, target, vantage

ROOT = Path(__file__).resolve().parent.parent
HERE = "127.0.0.1"
ABOVE_DNS = (Layer.TCP, Layer.TLS, Layer.HTTP)


def environment(results: Path, **more: str) -> dict[str, str]:
    """What the container's environment holds, and no credentials."""
    home = {"PATH": os.environ["PATH"], "HOME": str(results), "PYTHONPATH": str(ROOT)}
    return {**home, "PROBE_RESULTS": str(results), "PYTHONDONTWRITEBYTECODE": "1", **more}


def probe(*arguments: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the container's entry to its end."""
    command = [sys.executable, "-m", "probe", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=30, check=False)


def planned(*targets: Target, **more: object) -> str:
    """A plan as the launcher writes it."""
    work = msgspec.structs.replace(vantage(*targets, timeout=4, deadline=20).work, **more)
    return msgspec.json.encode(work).decode()


def here(port: int, **more: object) -> Target:
    """A target on this machine's loopback, by address, so that nobody is asked for a name."""
    made = target(port, host=HERE, service="host", layers=ABOVE_DNS)
    return msgspec.structs.replace(made, **more)


def told(result: subprocess.CompletedProcess[str]) -> tuple[Sequence[Observation], bool]:
    """What its lines say."""
    return lines.parse(result.stdout.splitlines())


def left(results: Path) -> dict[str, int]:
    """The results on the volume."""
    return {one.name: int(one.read_text()) for one in results.iterdir() if not one.name.startswith(".")}


def test_a_healthy_plan_ends_with_0_and_results(tmp_path: Path) -> None:
    """Lines on standard output, a file a group and the total, and the code."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / ".ca.pem"))
    with listener(secured(shown(authority, HERE), Pages({"/": [page(200)]}))) as port:
        env = environment(tmp_path, PROBE_PLAN=planned(here(port)), SSL_CERT_FILE=str(tmp_path / ".ca.pem"))
        result = probe(env=env)
    observations, complete = told(result)
    assert (0, "", 3, True, {"host": 0, "total": 0}) == (
        result.returncode,
        result.stderr,
        len(observations),
        complete,
        left(tmp_path),
    )


def test_what_nothing_needs_counts_for_its_group_alone(tmp_path: Path) -> None:
    """The reporter of an unneeded service says what is broken there; the total does not."""
    unneeded = here(unused(), name="kms", group="kms", needed=False)
    result = probe(env=environment(tmp_path, PROBE_PLAN=planned(unneeded)))
    assert (0, {"kms": 12, "total": 0}) == (result.returncode, left(tmp_path))


def test_the_last_line_says_what_the_code_means(tmp_path: Path) -> None:
    """Whoever reads only the end of a log reads the verdict."""
    result = probe(env=environment(tmp_path, PROBE_PLAN=planned(here(unused()))))
    finished = {
        "event": "probe.finished",
        "observations": 3,
        "exit_code": 12,
        "meaning": "network path (TCP)",
    }
    assert (12, finished) == (result.returncode, msgspec.json.decode(result.stdout.splitlines()[-1]))


def test_lines_that_have_no_way_to_the_log_are_not_tried(tmp_path: Path) -> None:
    """A logs endpoint just found broken is not waited for again; that is a line of its own, and a file."""
    logs = here(unused(), name="logs", service="logs", group="logs")
    sink = LogSink(group="/ecs/checkout", stream="app/probe-r1", region=REGION)
    result = probe(env=environment(tmp_path, PROBE_PLAN=planned(logs, logs=sink)))
    expected = {
        "event": "delivery",
        "status": "skip",
        "because": "CloudWatch Logs cannot be reached: network path (TCP)",
    }
    assert (12, expected) == (result.returncode, msgspec.json.decode((tmp_path / "delivery").read_text()))


def test_lines_that_nobody_may_write_change_no_verdict(tmp_path: Path) -> None:
    """Without credentials nothing is delivered; the code is the measurement's."""
    logs = here(unused(), name="elsewhere", service="ssm", group="ssm", needed=False)
    sink = LogSink(group="/ecs/checkout", stream="app/probe-r1", region=REGION)
    result = probe(env=environment(tmp_path, PROBE_PLAN=planned(logs, logs=sink)))
    delivery = msgspec.json.decode(result.stdout.splitlines()[-1])
    assert (0, "fail", "no-credentials") == (
        result.returncode,
        delivery["status"],
        delivery["failure"]["kind"],
    )


def test_a_volume_that_cannot_be_written_costs_no_line(tmp_path: Path) -> None:
    """The reporters will say no report; the run and its code are whole."""
    env = environment(tmp_path, PROBE_PLAN=planned(here(unused()))) | {
        "PROBE_RESULTS": str(tmp_path / "none")
    }
    result = probe(env=env)
    assert (12, True, True) == (
        result.returncode,
        told(result)[1],
        result.stderr.startswith("results cannot be written: "),
    )


def test_a_standard_output_that_takes_nothing_costs_no_verdict(tmp_path: Path) -> None:
    """One line says so; results and code are the measurement's."""
    env = environment(tmp_path, PROBE_PLAN=planned(here(unused())))
    with Path("/dev/full").open("wb") as output:
        ended = subprocess.run(
            [sys.executable, "-m", "probe"],
            env=env,
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            timeout=30,
            check=False,
        )
    said = "lines cannot be written: [Errno 28] No space left on device; the exit code tells\n"
    assert (12, said, {"host": 12, "total": 12}) == (ended.returncode, ended.stderr, left(tmp_path))


@pytest.mark.parametrize(
    ("plan", "code", "words"),
    [
        (None, 3, "nothing to probe: PROBE_PLAN is not set; "),
        ("", 3, "nothing to probe: PROBE_PLAN is not set; "),
        ("{", 2, "PROBE_PLAN cannot be read: Input data was truncated; let run-probe write it"),
        ("[]", 2, "PROBE_PLAN cannot be read: Expected `object`, got `array`; let run-probe write it"),
        ('{"run": "r1"}', 2, "PROBE_PLAN cannot be read: Object missing required field `subnet`; "),
        (planned(), 3, "nothing to probe: the plan has no targets; "),
        (planned(here(1), here(1)), 2, "the plan cannot be used: two targets have one name; "),
        (planned(here(1, group="../x")), 2, "the plan cannot be used: a group is no file name; "),
        ("\udcff", 2, "PROBE_PLAN cannot be read: "),
        (planned(here(1), deadline=0), 2, "the plan cannot be used: a time is not above zero, or above an "),
        (planned(here(1), deadline=1e300), 2, "the plan cannot be used: a time is not above zero, or above "),
        (planned(here(1, because="x" * 70_000)), 2, "PROBE_PLAN is too large: it has "),
    ],
    ids=[
        "absent",
        "empty",
        "one-byte",
        "array",
        "half",
        "no-targets",
        "twice",
        "path",
        "no-text",
        "no-time",
        "endless",
        "oversized",
    ],
)
def test_a_plan_that_cannot_be_done_is_one_line(
    tmp_path: Path, plan: str | None, code: int, words: str
) -> None:
    """What happened, why and what to do; nothing is measured and nothing written."""
    given = {} if plan is None else {"PROBE_PLAN": plan}
    result = probe(env=environment(tmp_path, **given))
    assert (code, 1, "", []) == (
        result.returncode,
        len(result.stderr.splitlines()),
        result.stdout,
        list(tmp_path.iterdir()),
    )
    assert result.stderr.startswith(words)


def test_a_shared_plan_takes_its_subnet_from_the_environment(tmp_path: Path) -> None:
    """One definition serves every subnet: PROBE_SUBNET goes where the plan leaves room."""
    plan = planned(here(unused()), subnet="{subnet}")
    result = probe(env=environment(tmp_path, PROBE_PLAN=plan, PROBE_SUBNET="subnet-9"))
    assert "subnet-9" == msgspec.json.decode(result.stdout.splitlines()[0])["subnet"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_told_to_stop_it_finishes_its_line_and_ends_with_21(tmp_path: Path, number: signal.Signals) -> None:
    """Everything under way is told as cut off, the results are written, and nothing is waited for."""
    with full() as port:
        env = environment(tmp_path, PROBE_PLAN=planned(here(port), connect_timeout=25.0, deadline=28.0))
        command = [sys.executable, "-m", "probe"]
        with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            first = process.stdout.readline()
            process.send_signal(number)
            rest = process.stdout.read()
            code = process.wait(10)
    observations, complete = lines.parse([first, rest])
    assert (Exit.OUT_OF_TIME, True, {f"told to stop ({number.name})"}, {"host": 21, "total": 21}) == (
        code,
        complete,
        {one.because for one in observations},
        left(tmp_path),
    )


def test_a_broken_tool_is_1_with_its_traceback(tmp_path: Path) -> None:
    """A container whose library is missing did not measure anything, and says why."""
    (tmp_path / "msgspec.py").write_text("raise RuntimeError('not this one')")
    env = environment(tmp_path, PROBE_PLAN="{}", PYTHONPATH=f"{tmp_path}:{ROOT}")
    result = probe(env=env)
    assert (1, True) == (result.returncode, result.stderr.rstrip().endswith("RuntimeError: not this one"))


@pytest.mark.parametrize(("text", "code"), [("12\n", 12), ("0\n", 0), (None, 20)], ids=["12", "0", "absent"])
def test_a_reporter_exits_with_its_groups_code(tmp_path: Path, text: str | None, code: int) -> None:
    """What the probe wrote is what ECS shows; nothing written is no report."""
    if text is not None:
        (tmp_path / "ecr.api").write_text(text)
    result = probe("report", "ecr.api", env=environment(tmp_path))
    assert (code, "", "") == (result.returncode, result.stdout, result.stderr)


def test_a_reporter_loads_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    """Nine of them start on a quarter of a CPU: no boto3, no httpx, not even msgspec."""
    code = "import sys, probe.__main__ as m; m.main(['report', 'total']); print(*sorted(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment(tmp_path), capture_output=True, text=True, check=True
    )
    heavy = {"boto3", "botocore", "httpx", "dns", "click", "structlog", "msgspec", "ssl"}
    assert set() == heavy & set(result.stdout.split())


ORDER = """
import sys
def hear(event, arguments):
    if event == "socket.connect":
        print("connect", file=sys.stderr, flush=True)
    if event == "import" and arguments[0] == "boto3.session":
        print("boto3", file=sys.stderr, flush=True)
sys.addaudithook(hear)
from probe import __main__
__main__.leave(__main__.main(sys.argv[1:]))
"""
"""What the interpreter itself says that it does, in order."""


def test_packets_are_under_way_before_boto3_is_read_and_it_is_read_while_they_travel(tmp_path: Path) -> None:
    """A connection that nobody answers is begun first; boto3 is there before any layer has passed."""
    call = Call(operation="sts:GetCallerIdentity")
    with full() as port:
        unanswered = here(port, calls=(call,))
        env = environment(tmp_path, PROBE_PLAN=planned(unanswered, connect_timeout=25.0, deadline=28.0))
        command = [sys.executable, "-c", ORDER]
        with subprocess.Popen(
            command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            said = [process.stderr.readline(), process.stderr.readline()]
            process.send_signal(signal.SIGTERM)
            output, _ = process.communicate(timeout=20)
    passed = [
        one
        for one in lines.parse([output])[0]
        if one.operation != "resolve-system" and one.status is Status.PASS
    ]
    assert (["connect\n", "boto3\n"], []) == (said, passed)


def test_starting_reads_nothing_that_packets_do_not_need(tmp_path: Path) -> None:
    """Importing what starts a run imports neither boto3 nor httpx nor structlog."""
    code = "import sys, probe.session; print(*sorted(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment(tmp_path), capture_output=True, text=True, check=True
    )
    assert set() == {"boto3", "botocore", "httpx", "dns", "structlog"} & set(result.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["--services", "ecr,nothing", "--region", REGION],
            "cannot start: unknown service nothing: there are ",
        ),
        (["--services", "s3"], "cannot start: Missing option '--region'"),
        (["--services", "s3", "--region", "mars"], "cannot start: unknown region mars: "),
        (["--host", "nowhere", "--region", REGION], "cannot start: nowhere: not HOST:PORT"),
        (["--region", REGION], "nothing to probe: the plan has no targets; "),
        (["--what"], "cannot start: No such option"),
    ],
    ids=["service", "no-region", "region", "host", "nothing", "option"],
)
def test_flags_that_cannot_be_used_are_one_line(tmp_path: Path, arguments: list[str], words: str) -> None:
    """By hand as by plan: one line and a code."""
    result = probe(*arguments, env=environment(tmp_path))
    assert (True, 1) == (result.stderr.startswith(words), len(result.stderr.splitlines()))


def test_by_hand_a_host_is_probed(tmp_path: Path) -> None:
    """Flags make the plan that the launcher would have made."""
    with listener(lambda _: None) as port:
        flags = ["--host", f"{HERE}:{port}", "--region", REGION, "--timeout", "1", "--deadline", "5"]
        result = probe(*flags, env=environment(tmp_path))
    observations, complete = told(result)
    assert (0, True, ["resolve-system", "connect", "handshake"]) == (
        result.returncode,
        complete,
        [one.operation for one in observations],
    )


def test_help_speaks_and_measures_nothing(tmp_path: Path) -> None:
    """--help is an answer."""
    result = probe("--help", env=environment(tmp_path))
    assert (0, True) == (result.returncode, "--services" in result.stdout)
