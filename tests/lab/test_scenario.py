"""Loading scenarios: what can be used, and what the one line says about what cannot."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from probe.lab.expectation import Expectation, ExpectedFinding, expect
from probe.lab.faults import Faults
from probe.lab.scenario import ScenarioError, blame, find, load, names
from tests.lab.catalogue import NOT_YET, SCENARIOS

GOOD = "def build(aws):\n    aws.seen = True\n"

BROKEN = [
    pytest.param("def build(:\n", "cannot read scenario {path}: line 1: invalid syntax", id="syntax"),
    pytest.param("x = 1\n", "cannot use scenario {path}: it has no function build(aws)", id="no-build"),
    pytest.param(
        "build = 3\n", "cannot use scenario {path}: it has no function build(aws)", id="no-function"
    ),
    pytest.param(
        "def build():\n    pass\n",
        "cannot use scenario {path}: it has no function build(aws)",
        id="no-argument",
    ),
    pytest.param(
        f"{GOOD}faults = 'x'\n",
        "cannot use scenario {path}: its faults is no function of one argument",
        id="faults",
    ),
    pytest.param(
        f"{GOOD}EXPECT = {{}}\n",
        "cannot use scenario {path}: its EXPECT is not made by expect(…)",
        id="expect",
    ),
    pytest.param(
        f"{GOOD}CLUSTER = ['a']\n", "cannot use scenario {path}: its CLUSTER is no string", id="name"
    ),
    pytest.param(
        f"{GOOD}ARGUMENTS = '--like-service x'\n",
        "cannot use scenario {path}: its ARGUMENTS are no list of strings",
        id="arguments",
    ),
    pytest.param(
        "\0", "cannot read scenario {path}: source code string cannot contain null bytes", id="bytes"
    ),
]


@pytest.mark.parametrize(("text", "expected"), BROKEN)
def test_a_broken_scenario_is_one_line(tmp_path: Path, text: str, expected: str) -> None:
    """What happened, where in the file, and why."""
    path = tmp_path / "mine.py"
    path.write_text(text)
    with pytest.raises(ScenarioError) as raised:
        load(path)
    assert expected.format(path=path) == str(raised.value)


def test_a_scenario_needs_nothing_but_build(tmp_path: Path) -> None:
    """Region has a default, the rest is absent; the title is the file's name where there is no docstring."""
    path = tmp_path / "my_case.py"
    path.write_text(GOOD)
    loaded = load(path)
    expected = ("my-case", "my_case", "us-east-1", None, None, None)
    assert expected == (
        loaded.name, loaded.title, loaded.region, loaded.cluster, loaded.faults, loaded.expect
    )  # fmt: skip


FAILING = [
    pytest.param("\nraise KeyError('a')\n", "line 2: KeyError: 'a'", id="on-import"),
    pytest.param(
        "import no_such_module\n", "line 1: ModuleNotFoundError: No module named", id="missing-module"
    ),
    pytest.param(
        "def build(aws):\n    aws.client\n", "line 2: AttributeError: 'NoneType' object", id="build"
    ),
]


@pytest.mark.parametrize(("text", "expected"), FAILING)
def test_a_scenario_that_fails_is_blamed_with_its_own_line(tmp_path: Path, text: str, expected: str) -> None:
    """Not with a line of boto3's."""
    path = tmp_path / "mine.py"
    path.write_text(text)
    with pytest.raises((KeyError, ImportError, AttributeError)) as raised:
        load(path).build(None)
    assert str(blame(raised.value, path)).startswith(f"scenario mine failed: {expected}")


WRONG_FAULTS = [
    pytest.param(
        lambda lab: lab.name_filter("s3", how="maybe"), "'maybe' is not one of reset, silence", id="how"
    ),
    pytest.param(
        lambda lab: lab.certificate("s3", kind="old"), "'old' is not one of expired, wrong-host", id="kind"
    ),
    pytest.param(lambda lab: lab.fail("s3", status=200), "200 is not a status from 500 to 599", id="status"),
    pytest.param(lambda lab: lab.mtu(9), "9 is not a size of at least 68 bytes", id="mtu"),
    pytest.param(lambda lab: lab.pace(0), "0 is not a factor above 0", id="pace"),
    pytest.param(
        lambda lab: lab.name_server("10.0.0.9", drop="all"), "'all' is not one of udp, tcp, both", id="drop"
    ),
    pytest.param(lambda lab: lab.name_server("10.0.0.400"), "Octet 400", id="address"),
]


@pytest.mark.parametrize(("switch", "words"), WRONG_FAULTS)
def test_a_fault_that_there_is_not_is_refused(switch: Callable[[Faults], None], words: str) -> None:
    """Where it is switched on, which is the scenario's own line."""
    with pytest.raises(ValueError, match=words):
        switch(Faults())


def test_an_error_elsewhere_is_not_the_scenarios() -> None:
    """The lab's own faults keep their traceback."""
    assert blame(ValueError("x"), Path("mine.py")) is None


@pytest.mark.parametrize("name", names())
def test_the_catalogue_is_whole(name: str) -> None:
    """Every scenario loads, says what it shows in its first line, expects something, and asks for it."""
    loaded = load(find(name))
    assert name.replace("-", "_") != loaded.title
    assert loaded.expect is not None
    assert loaded.arguments != ()


def test_hyphens_are_underscores() -> None:
    """Both spellings find the same file."""
    assert find("healthy-private") == find("healthy_private")


MISSING = [
    pytest.param(
        "no-such-thing",
        "cannot find scenario no-such-thing: the catalogue has none of that name\n",
        id="name",
    ),
    pytest.param("./gone.py", "cannot open scenario ./gone.py: there is no such file", id="path"),
]


@pytest.mark.parametrize(("wanted", "expected"), MISSING)
def test_a_missing_scenario_is_one_line_advice_and_exit_2(wanted: str, expected: str) -> None:
    """Nothing is started; the advice names the catalogue."""
    command = [sys.executable, "-m", "probe.lab", wanted, "--", "true"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(expected)
    assert done.stderr.count("\n") == 2
    assert "healthy-private" in done.stderr.splitlines()[1]


LATE = [
    pytest.param("REGION = 'mars-1'\n", "AWS has no region mars-1", id="region"),
    pytest.param("def build(aws):\n    raise SystemExit(3)\n", "line 4: SystemExit: 3", id="exit"),
]


@pytest.mark.lab
@pytest.mark.parametrize(("text", "expected"), LATE)
def test_what_only_the_session_can_tell_is_one_line_and_exit_2(
    tmp_path: Path, text: str, expected: str
) -> None:
    """Whatever the scenario does."""
    path = tmp_path / "mine.py"
    path.write_text(f"{GOOD}{text}")
    command = [sys.executable, "-m", "probe.lab", str(path), "--", "true"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (2, True) == (done.returncode, expected in done.stderr), done.stderr


@pytest.mark.lab
def test_what_a_scenario_prints_is_not_the_commands_answer(tmp_path: Path) -> None:
    """Standard output is the command's alone."""
    path = tmp_path / "mine.py"
    path.write_text("print('loading')\n\n\ndef build(aws):\n    print('building')\n")
    command = [sys.executable, "-m", "probe.lab", str(path), "--", "echo", "answer"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (0, "answer\n") == (done.returncode, done.stdout), done.stderr
    assert {"loading", "building"} <= set(done.stderr.splitlines())


def test_without_a_command_there_is_nothing_to_run() -> None:
    """Usage, exit 2."""
    command = [sys.executable, "-m", "probe.lab", "healthy-private"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "nothing to run: python -m probe.lab SCENARIO -- COMMAND…\n")


def test_expectations_are_rows() -> None:
    """Two columns mean every subnet, a third names some."""
    row = expect(findings=[("a-code", "subject"), ("b-code", "x", ["subnet-1"])], exit_code=12)
    first = ExpectedFinding(code="a-code", subject="subject")
    second = ExpectedFinding(code="b-code", subject="x", subnets=("subnet-1",))
    assert Expectation(findings=(first, second), exit_code=12) == row


def test_another_shape_is_refused() -> None:
    """With the row."""
    with pytest.raises(ValueError, match=r"cannot read an expected finding: \('a-code',\) is not"):
        expect(findings=[("a-code",)])
    code: Any = "12"
    with pytest.raises(ValueError, match="cannot read an expected exit code: '12' is no number"):
        expect(exit_code=code)


def test_the_not_yet_list_names_scenarios_that_exist() -> None:
    """A name that nobody has would stay for ever."""
    assert NOT_YET.keys() - SCENARIOS.keys() == set()


def test_a_name_that_is_nearly_right_is_answered_with_what_it_is_near_to() -> None:
    """Nobody reads the whole catalogue at night."""
    with pytest.raises(ScenarioError) as refused:
        find("secret_key_mising")
    assert refused.value.advice.startswith("give a path of your own or one of: secret-key-missing")
    assert "healthy" not in refused.value.advice
