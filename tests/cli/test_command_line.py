"""The command line as a person meets it: what it answers offline, and its exit codes."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from probe.cli import main
from probe.cli.laboratory import without_lab

DEFINITION = {"family": "checkout", "containerDefinitions": [{"name": "app", "image": "nginx"}]}
NO_AWS = {
    "PATH": os.defpath,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """run-probe with arguments and an input, in an environment without AWS: code, output, errors."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "RUN_PROBE_"))]:
        monkeypatch.delenv(name)
    for name, value in NO_AWS.items():
        monkeypatch.setenv(name, value)

    def command(*arguments: str, said: str | bytes = "") -> tuple[int, str, str]:
        sent = said.encode() if isinstance(said, str) else said
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(sent)))
        with pytest.raises(SystemExit) as end:
            main(arguments)
        out, err = capsys.readouterr()
        return int(str(end.value.code)), out, err

    return command


def test_alone_it_explains_itself(run: Run) -> None:
    """Nothing to do is not an error."""
    code, out, _ = run()
    assert (0, True) == (code, "--like-service" in out)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--bad"], "No such option"),
        (["--like-service", "a", "--like-task", "b"], "ambiguous"),
        (["--like-service", "a"], "cannot find the probe's image: neither --probe-image nor RUN_PROBE_IMAGE"),
        (["--like-service", "a", "--no-launch"], "cannot tell the region: "),
        (["--like-service", "a", "--no-launch", "--region", "mars-1"], "unknown region mars-1: "),
        (["--like-service", "a", "--no-launch", "--profile", "none"], "cannot use the profile: "),
        (["--like-service", "a", "--no-launch", "--region", "us-east-1"], "cannot read service a: "),
        (
            ["--like-service", "a", "--no-launch", "--host", "example.com"],
            "--host example.com: not HOST:PORT",
        ),
        (["--like-service", "a", "--no-launch", "--services", "dynamodb"], "unknown service dynamodb"),
        (["--subnets", "subnet-a", "--no-launch", "--region", "us-east-1"], "cannot probe these subnets: "),
        (["--security-groups", "sg-1", "--role", "r"], "cannot tell what to probe: --security-groups, "),
        (["--subnets", "", "--security-groups", "sg-1"], "cannot tell what to probe like: the name"),
        (
            ["--like-service", "a", "--no-launch", "--expect-blocked", "http://a:80"],
            "--expect-blocked http://a:80: not HOST:PORT",
        ),
        (
            ["--like-service", "a", "--host", "a:1", "--expect-blocked", "a:1"],
            "contradiction: a:1 is both a --host and --expect-blocked",
        ),
        (
            ["--like-service", "a", "--no-launch", "--https-proxy", "socks5://u:p@h"],
            "--https-proxy not the URL",
        ),
        (["--like-service", "a", "--regressions-only"], "cannot tell regressions: --regressions-only needs"),
        (["--replay", "a", "--regressions-only"], "cannot tell regressions: --regressions-only needs"),
        (["--replay", "a", "--since", "2h"], "contradiction: --replay reads a report alone, and"),
        (["--replay", "a", "--like-service", "b"], "contradiction: --replay reads a report alone, and"),
        (["--replay", "a", "--expect-private"], "contradiction: --replay reads a report alone, and"),
        (["--replay", "a", "--dry-run"], "contradiction: --replay reads a report alone, and"),
        (["--replay", "a", "--host", "b:1"], "contradiction: --replay reads a report alone, and"),
        (["--like-service", "a", "--no-proxy", "b"], "cannot tell the proxy: --no-proxy goes with"),
        (["--like-service", "a", "--dry-run", "--save", "b"], "contradiction: --dry-run measures nothing"),
        (["--like-service", "a", "--dry-run", "--baseline", "b"], "contradiction: --dry-run measures"),
        (
            ["--like-service", "a", "--carrier", "fargate", "--create-function-role"],
            "contradiction: --create-function-role is for functions",
        ),
        (
            ["--like-service", "a", "--no-launch", "--save", "/nonexistent/a"],
            "cannot save to /nonexistent/a: ",
        ),
        (
            ["--like-service", "a", "--no-launch", "--baseline", "README.md"],
            "README.md: not a run-probe report",
        ),
        (["--replay", "/nonexistent"], "cannot read /nonexistent: No such file or directory"),
        (["--replay", "README.md"], "README.md: not a run-probe report"),
        (["explain", "no-such-finding"], "no page for no-such-finding"),
        (["requirements"], "Missing argument"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_usage_is_one_line_and_advice(run: Run, arguments: list[str], expected: str) -> None:
    """``{what happened}: {why}``, then what to do; exit 2, nothing on standard output, nothing started."""
    code, out, err = run(*arguments)
    assert (2, "", 2, True) == (code, out, len(err.splitlines()), expected in err.splitlines()[0])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--output", "junit"], True),
        (["--output=junit"], True),
        (["--output", "text", "--output", "junit"], True),
        (["--output=junit", "--output", "text"], False),
        (["--save", "--output junit"], False),
        ([], False),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_run_that_came_to_nothing_is_told_in_junits_form_where_that_was_asked_for_last(
    run: Run, arguments: list[str], *, expected: bool
) -> None:
    """Continuous integration reads the file also of a command line that was refused."""
    code, out, _ = run(*arguments, "--bad")
    assert (2, expected) == (code, "<testsuites" in out)


def test_a_stop_reason_is_explained_offline(run: Run) -> None:
    """People paste what the console shows them."""
    reason = 'Post "https://api.ecr.us-east-1.amazonaws.com/": dial tcp 10.0.0.9:443: i/o timeout'
    code, out, _ = run("explain", reason)
    assert (0, True, True) == (code, "10.0.0.9 (private)" in out, "network-timeout" in out)


def test_stop_reasons_from_a_pipe_are_answered_line_by_line(run: Run) -> None:
    """One JSON a line, an empty line included: line N answers line N."""
    code, out, _ = run("explain", "-", said="OutOfMemoryError: Container killed\n\nwhatever\n")
    answers = [json.loads(line) for line in out.splitlines()]
    assert (0, 3) == (code, len(answers))
    assert {"stage", "causes", "service", "address", "address_kind", "action", "resource", "policy"} <= set(
        answers[0]
    )


def test_a_page_fits_a_terminal_and_its_commands_stay_whole(run: Run) -> None:
    """Paragraphs are folded at 80 columns; what is for copying is on one line."""
    code, out, _ = run("explain", "nacl-blocks-reply")
    prose = "".join(out.split("```")[::2])
    assert (0, []) == (code, [line for line in prose.splitlines() if len(line) > 80])
    assert "aws ec2 create-network-acl-entry --network-acl-id acl-0123456789abcdef0 --ingress" in out


DESCRIBED = {
    "tasks": [
        {
            "stoppedReason": "Essential container in task exited",
            "containers": [
                {"name": "app", "exitCode": 137, "reason": "OutOfMemoryError: Container killed"},
                {"name": "logs", "exitCode": 0, "reason": ""},
            ],
        }
    ],
    "failures": [],
}


@pytest.mark.parametrize(
    ("said", "causes"),
    [
        (json.dumps(DESCRIBED, indent=4), ["app-exit", "oom"]),
        (json.dumps(DESCRIBED), ["app-exit", "oom"]),
        (json.dumps(DESCRIBED, indent=4).encode("utf-16"), ["app-exit", "oom"]),
        (
            '{"stoppedReason": "Stopped by user"}\r\n\r\n"OutOfMemoryError"\r\n',
            ["user-stop", "unknown", "oom"],
        ),
        ("OutOfMemoryError\r\nTask stopped by user".encode("utf-16"), ["oom", "user-stop"]),
        (b"\xef\xbb\xbfOutOfMemoryError\n\xff\xfe\n", ["oom", "unknown"]),
        ("{\nOutOfMemoryError\n", ["unknown", "oom"]),
        ("", []),
    ],
    ids=[
        "describe-tasks",
        "one-line",
        "powershell",
        "json-lines",
        "utf-16",
        "bytes",
        "half-a-document",
        "empty",
    ],
)
def test_what_a_command_prints_is_piped_as_it_is(run: Run, said: str | bytes, causes: list[str]) -> None:
    """JSON is searched for its reasons, each answered once; Windows' encodings and line ends are read."""
    code, out, _ = run("explain", "-", said=said)
    assert (0, causes) == (code, [json.loads(line)["causes"][0] for line in out.splitlines()])


def test_requirements_answer_one_json_a_file_and_fail_for_the_unreadable(run: Run, tmp_path: Path) -> None:
    """The readable files are answered all the same."""
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(DEFINITION))
    bad.write_text("{\n  'a': 1\n}")
    code, out, _ = run("requirements", "--json", str(bad), str(tmp_path / "absent.json"), str(good))
    answers = {Path(answer["file"]).name: answer for answer in map(json.loads, out.splitlines())}
    assert (2, ["bad.json", "absent.json", "good.json"]) == (code, list(answers))
    assert ("line 2 column 3" in answers["bad.json"]["error"], answers["good.json"]["error"]) == (True, None)
    assert answers["good.json"]["requirements"][0] | {"details": {}} == {
        "kind": "image",
        "container": "app",
        "reference": "nginx",
        "region": "",
        "hosts": ["registry-1.docker.io", "auth.docker.io", "production.cloudflare.docker.com"],
        "variable": None,
        "details": {},
        "corrections": [],
    }


def test_requirements_are_listed_for_people_too(run: Run, tmp_path: Path) -> None:
    """One line a requirement, with where it leads."""
    file = tmp_path / "good.json"
    file.write_text(json.dumps(DEFINITION))
    code, out, _ = run("requirements", str(file))
    assert (0, True) == (code, "app: image nginx <- registry-1.docker.io, auth.docker.io" in out)


@pytest.mark.parametrize(
    "arguments", [["requirements", "x.json"], ["explain", "text"], ["--replay", "x.json"]]
)
def test_what_is_offline_imports_no_boto3(arguments: list[str]) -> None:
    """A replay on a laptop without a network starts in a moment, and cannot reach for one."""
    probe = (
        "import sys\n"
        f"sys.argv = ['run-probe', *{arguments!r}]\n"
        "from probe.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit:\n    print('boto3' in sys.modules)\n"
    )
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(
        [sys.executable, "-c", probe],
        capture_output=True,
        text=True,
        env=NO_AWS,
        cwd=root,
        timeout=60,
        check=True,
    )
    assert "False" == done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--lab", "a", "--like-service", "b"], ["--like-service", "b"]),
        (
            ["--like-service", "b", "--lab=a.py", "--output", "json"],
            ["--like-service", "b", "--output", "json"],
        ),
        (["--lab", "a", "--lab-runtime", "podman", "--lab-runtime=podman", "--dry-run"], ["--dry-run"]),
        (["--lab"], []),
    ],
)
def test_the_lab_runs_the_same_command_line_without_the_lab(
    arguments: list[str], expected: list[str]
) -> None:
    """Whatever else was asked for is asked of the lab's AWS."""
    assert expected == without_lab(arguments)
