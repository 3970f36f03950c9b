"""What run-probe writes into a pipe and onto a terminal, whole or not read to its end."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from probe.report import as_json
from probe.report.document import build
from tests.report.cases import SPEC, case, healthy, outcome

ROOT = Path(__file__).resolve().parents[2]
RUN_PROBE = [sys.executable, "-m", "probe.cli"]
ENVIRONMENT = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "TERM": "xterm"}
COLOUR = re.compile(r"\x1b\[(?:[\d;]*;)?[349][0-7]m")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A saved report of an error in a service whose name leaves no room beside it."""
    given = case(healthy("subnet-a"), outcome("subnet-b", total=12))
    given = msgspec.structs.replace(given, spec=msgspec.structs.replace(SPEC, service="checkout-" * 7))
    report = build(given, (), tool_version="1.2.3", started="2026-11-02T10:00:00+00:00", took=31.5)
    path = tmp_path / "report.json"
    path.write_bytes(as_json.encode(report))
    return path


def in_pipe(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A run that is read to its end."""
    return subprocess.run(
        [*RUN_PROBE, *arguments], capture_output=True, text=True, check=False, env=ENVIRONMENT, cwd=ROOT
    )


def unread(*arguments: str, errors: bool) -> tuple[int, bytes]:
    """The exit code of a run whose reader has left already, and its errors where these are read."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*RUN_PROBE, *arguments],
        stdout=writer,
        stderr=writer if errors else subprocess.PIPE,
        check=False,
        env=ENVIRONMENT,
        cwd=ROOT,
    )
    os.close(writer)
    return done.returncode, done.stderr or b""


def on_terminal(*arguments: str, **more: str) -> str:
    """What a run writes onto a terminal."""
    ours, theirs = pty.openpty()
    run = subprocess.Popen([*RUN_PROBE, *arguments], stdout=theirs, env=ENVIRONMENT | more, cwd=ROOT)
    os.close(theirs)
    read = b""
    try:
        while part := os.read(ours, 65536):
            read += part
    except OSError:  # Linux's way of saying that nobody holds the other end any more
        os.close(ours)
    run.wait(timeout=60)
    return read.decode()


@pytest.mark.parametrize("errors", [False, True], ids=["errors-read", "nothing-read"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["--replay", "FILE"],
        ["--replay", "FILE", "--output", "json"],
        ["--help"],
        ["explain", "CannotPullContainerError: i/o timeout"],
        ["requirements", "FILE"],
        ["--replay", "/nonexistent"],
    ],
    ids=" ".join,
)
def test_a_reader_that_leaves_changes_no_code(file: Path, arguments: list[str], *, errors: bool) -> None:
    """The code and the errors are those of a run that is read to its end; there is no traceback."""
    given = [str(file) if one == "FILE" else one for one in arguments]
    whole = in_pipe(*given)
    code, said = unread(*given, errors=errors)
    assert (whole.returncode, "" if errors else whole.stderr) == (code, said.decode())


def test_head_gets_its_line_and_nobody_complains(file: Path) -> None:
    """As people type it."""
    line = f"{' '.join(RUN_PROBE)} --replay {file} | head -1"
    done = subprocess.run(
        ["sh", "-c", line], capture_output=True, text=True, check=False, env=ENVIRONMENT, cwd=ROOT
    )
    assert ("", 1, True) == (done.stderr, done.stdout.count("\n"), done.stdout.startswith("FAIL  checkout-"))


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--replay", "FILE"], ["--replay", "FILE", "--output", "json"], ["explain", "i/o timeout"]],
    ids=" ".join,
)
def test_a_full_disk_is_said_in_a_line(file: Path, arguments: list[str]) -> None:
    """Whoever reads the file later cannot see that it is cut: the run ends as a broken tool."""
    given = [str(file) if one == "FILE" else one for one in arguments]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*RUN_PROBE, *given],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=ENVIRONMENT,
            cwd=ROOT,
        )
    said = "cannot write the output: No space left on device\n  what was printed is not the whole of it\n"
    assert (1, said) == (done.returncode, done.stderr)


def test_a_pipe_gets_plain_text_of_80_columns(file: Path) -> None:
    """No escape code; a headline that is too long is folded."""
    page = in_pipe("--replay", str(file)).stdout
    assert ("\x1b" in page, [line for line in page.splitlines() if len(line) > 80]) == (False, [])
    assert ["FAIL", "checkout-" * 7, "in", "prod:"] == page.split()[:4]


def test_a_terminal_gets_colours_unless_it_asks_for_none(file: Path) -> None:
    """NO_COLOR takes the colours away and leaves the words."""
    coloured, plain = on_terminal("--replay", str(file)), on_terminal("--replay", str(file), NO_COLOR="1")
    assert (True, False) == (bool(COLOUR.search(coloured)), bool(COLOUR.search(plain)))
    assert in_pipe("--replay", str(file)).stdout.split() == re.sub(r"\x1b\[[\d;]*m", "", plain).split()
