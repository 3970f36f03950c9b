"""The rules of the house: who may import whom, where third parties live, and how long things are.

The table is data; the walk is ``ast``, so that an import inside a function counts like any other.
"""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROBE = ROOT / "probe"

FOUNDATION = {"model", "arns", "forms"}
SHARED = FOUNDATION | {"requirements", "plan", "endpoints", "exits", "lines"}
DESK = SHARED | {"references", "stopped", "evidence", "diagnosis", "report"}
MAY_IMPORT = {
    "__init__": set[str](),
    # On both sides: nouns, grammars and vocabularies.
    "model": set[str](),
    "arns": {"model"},
    "forms": set[str](),
    "exits": {"model"},
    "endpoints": FOUNDATION,
    "lines": {"model", "forms"},
    "references": FOUNDATION,
    "requirements": FOUNDATION | {"endpoints", "references"},
    "plan": FOUNDATION | {"endpoints", "exits", "references", "requirements"},
    # In the VPC.
    "crew": set[str](),
    "results": set[str](),
    "failures": {"model"},
    "vantage": {"model", "failures"},
    "checks": {"model", "failures", "crew", "vantage"},
    "calls": FOUNDATION | {"failures", "references", "crew", "vantage", "checks"},
    "measure": {"model", "failures", "crew", "vantage", "checks", "calls"},
    "delivery": {"model", "failures", "crew", "lines"},
    "hand": SHARED | {"references"},
    "session": SHARED | {"hand", "results", "delivery", "failures", "measure", "calls"},
    "__main__": {"results", "session"},
    "function": {"model", "forms", "measure"},
    # At the operator's desk.
    "stopped": FOUNDATION | {"endpoints", "references"},
    "evidence": FOUNDATION | {"endpoints"},
    "diagnosis": FOUNDATION | {"endpoints", "exits", "references", "stopped", "evidence"},
    "report": {"model", "forms", "exits", "evidence", "diagnosis"},
    "launch": DESK,
    "cli": DESK | {"launch"},
}
"""Room of ``probe`` to the rooms it may import besides its own files.  The lab is apart."""

HOMES = {
    "boto3": {"calls", "delivery", "launch", "lab"},
    "botocore": {"calls", "delivery", "launch", "lab", "endpoints"},
    "dns": {"checks.dns", "lab"},
    "httpx": {"checks.http", "calls.registry", "lab"},
    "yaml": {"requirements.markup", "lab"},
    "rich": {"cli", "launch", "report.terminal"},
    "moto": {"lab"},
    "trustme": {"lab"},
    "pyroute2": {"lab"},
}
"""Third party to the rooms, or single files, that may import it."""

PURE = {
    "model",
    "arns",
    "exits",
    "lines",
    "references",
    "requirements",
    "plan",
    "stopped",
    "evidence",
    "diagnosis",
}
PURE |= {"report"}
INPUT_OUTPUT = {
    "asyncio", "boto3", "botocore", "dns", "http", "httpx", "importlib.resources", "io", "os", "pathlib",
    "select", "shutil", "socket", "ssl", "subprocess", "tempfile", "threading", "urllib.request",
}  # fmt: skip
"""What a pure room never imports: it is given values, and gives values back."""


def module_of(path: Path) -> str:
    """``probe/checks/dns.py`` is ``checks.dns``; a package is its directory's name."""
    parts = path.relative_to(PROBE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file: ``probe.exits``, ``dns.resolver``."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import hides the room it comes from"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, homes: set[str]) -> bool:
    """Whether a dotted name is one of the homes or lies inside one."""
    return any(name == home or name.startswith(f"{home}.") for home in homes)


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """The name and the number of lines of every function."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield node.name, node.end_lineno - node.lineno + 1


def broad(tree: ast.AST) -> Iterator[int]:
    """The lines that catch, or suppress, every exception."""
    names = {"Exception", "BaseException"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            caught = (
                {part.id for part in ast.walk(node.type) if isinstance(part, ast.Name)}
                if node.type
                else names
            )
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
            caught = {argument.id for argument in node.args if isinstance(argument, ast.Name)}
        else:
            continue
        if caught & names:
            yield node.lineno


FILES = sorted(PROBE.rglob("*.py"))
OURS = [path for path in FILES if not within(module_of(path), {"lab"})]
LAB = [path for path in FILES if within(module_of(path), {"lab"})]
files = pytest.mark.parametrize("path", FILES, ids=module_of)
ours = pytest.mark.parametrize("path", OURS, ids=module_of)


@ours
def test_a_room_imports_only_the_rooms_below_it(path: Path) -> None:
    """Each import of ours is in the table: two towers on one foundation, and nothing imports the lab."""
    room = module_of(path).split(".")[0]
    wanted = {name.split(".")[1] for name in imports(path) if name.startswith("probe.")} - {"__version__"}
    assert wanted - MAY_IMPORT[room] - {room} == set()


@pytest.mark.parametrize("path", LAB, ids=module_of)
def test_the_lab_imports_nothing_of_ours(path: Path) -> None:
    """The lab is the other side: it must not share our mistakes."""
    foreign = [name for name in imports(path) if within(name, {"probe"}) and not within(name, {"probe.lab"})]
    assert [name for name in foreign if name != "probe.lab"] == []


@files
def test_a_third_party_stays_in_its_home(path: Path) -> None:
    """A library that can be replaced is imported where it is used and nowhere else."""
    strays = [
        name
        for name in imports(path)
        for library, homes in HOMES.items()
        if within(name, {library}) and not within(module_of(path), homes)
    ]
    assert strays == []


@pytest.mark.parametrize("path", [path for path in OURS if within(module_of(path), PURE)], ids=module_of)
def test_a_pure_room_does_no_input_or_output(path: Path) -> None:
    """What is pure replays from a file: no socket, no process, no file of its own."""
    opened = [
        f"open, line {node.lineno}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open"
    ]
    assert [name for name in imports(path) if within(name, INPUT_OUTPUT)] + opened == []


@ours
def test_forms_alone_reads_into_types(path: Path) -> None:
    """Elsewhere two threads may be the first to read a type, which msgspec does not survive."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    prepared = {"msgspec.convert", "msgspec.json.Decoder"}
    reading = [ast.unparse(call) for call in calls if ast.unparse(call.func) in prepared]
    reading += [
        ast.unparse(call)
        for call in calls
        for word in call.keywords
        if ast.unparse(call.func) == "msgspec.json.decode" and not ast.unparse(word.value).startswith("dict[")
    ]
    assert module_of(path) == "forms" or reading == []


@files
def test_only_main_catches_everything(path: Path) -> None:
    """A broad except elsewhere turns "could not look" into "nothing wrong"."""
    tree = ast.parse(path.read_text())
    at_home = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name == "main"
        for line in broad(node)
    }
    assert [line for line in broad(tree) if line not in at_home] == []


@files
def test_nothing_is_long(path: Path) -> None:
    """No function is above 40 lines, no file above 250."""
    long = {name: lines for name, lines in functions(path) if lines > 40}
    assert (long, len(path.read_text().splitlines()) <= 250) == ({}, True)


def test_half_of_the_functions_fit_in_twelve_lines() -> None:
    """The median function is at most 12 lines."""
    assert statistics.median(lines for path in FILES for _, lines in functions(path)) <= 12


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("try:\n    f()\nexcept Exception:\n    pass", [3]),
        ("try:\n    f()\nexcept (OSError, BaseException):\n    pass", [3]),
        ("try:\n    f()\nexcept:\n    pass", [3]),
        ("with contextlib.suppress(Exception):\n    f()", [1]),
        ("try:\n    f()\nexcept OSError:\n    pass", []),
    ],
    ids=["exception", "in-a-tuple", "bare", "suppressed", "narrow"],
)
def test_the_walk_sees_broad_excepts(source: str, expected: list[int]) -> None:
    """The rule above has teeth: each way to catch everything is seen."""
    assert list(broad(ast.parse(source))) == expected


def test_every_room_is_in_the_table() -> None:
    """A new room states whom it may import before it imports anybody."""
    rooms = {module_of(path).split(".")[0] for path in OURS}
    assert rooms - MAY_IMPORT.keys() == set()
