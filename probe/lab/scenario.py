"""Finding and loading scenarios: a Python file by its path, or one of the catalogue by its name.

A scenario is a module with ``build(aws)``, and if it likes ``faults(lab)``, ``EXPECT``, ``CLUSTER``,
``SERVICE`` and ``REGION``.  ``ARGUMENTS`` are run-probe's, where it is not asked about ``SERVICE``: words in
which a subnet's Name tag or a group's name may stand for its id.  ``change(aws)`` is what happens after a
first run, whose own arguments are ``BEFORE``.

What cannot be used says so in one line: {what happened}: {why}.
"""

from __future__ import annotations

import difflib
import importlib.util
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from probe.lab import shape
from probe.lab.expectation import Expectation

CATALOGUE = Path(__file__).parent / "scenarios"
DEFAULT_REGION = "us-east-1"
_EXAMPLE = f"a scenario that works to begin with: {CATALOGUE / 'healthy_private.py'}"


class ScenarioError(Exception):
    """The scenario cannot be used; the text says what happened and why, ``advice`` what to do."""

    def __init__(self, line: str, advice: str) -> None:
        super().__init__(line)
        self.advice = advice


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A scenario that was loaded.  ``title`` is its docstring's first line."""

    name: str
    title: str
    path: Path
    build: Callable[[Any], object]
    faults: Callable[[Any], object] | None = None
    expect: Expectation | None = None
    arguments: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    change: Callable[[Any], object] | None = None
    cluster: str | None = None
    service: str | None = None
    region: str = DEFAULT_REGION


def names() -> tuple[str, ...]:
    """The catalogue, as one writes the names on a command line."""
    return tuple(sorted(_spoken(path) for path in CATALOGUE.glob("[!_]*.py")))


def find(wanted: str) -> Path:
    """The file of a scenario: a path (it has a slash or ends in .py), else a name of the catalogue.

    Raises ScenarioError where there is none.
    """
    if "/" in wanted or wanted.endswith(".py"):
        path = Path(wanted)
        if not path.is_file():
            raise ScenarioError(f"cannot open scenario {wanted}: there is no such file", _choice(path.stem))
        return path
    path = CATALOGUE / f"{wanted.replace('-', '_')}.py"
    if not path.is_file():
        raise ScenarioError(
            f"cannot find scenario {wanted}: the catalogue has none of that name", _choice(wanted)
        )
    return path


def load(path: Path) -> Scenario:
    """Read and execute a scenario's file.

    Raises ScenarioError where it does not compile or its names are not what they have to be, and whatever
    it raises itself (``blame`` says so in one line).
    """
    module = _execute(path)
    for complaint in shape.complaints(module):
        raise ScenarioError(f"cannot use scenario {path}: {complaint}", _EXAMPLE)
    return Scenario(
        name=_spoken(path),
        title=(module.__doc__ or path.stem).strip().splitlines()[0],
        path=path,
        build=module.build,
        faults=getattr(module, "faults", None),
        expect=getattr(module, "EXPECT", None),
        arguments=_arguments(module),
        before=tuple(getattr(module, "BEFORE", ())),
        change=getattr(module, "change", None),
        cluster=getattr(module, "CLUSTER", None),
        service=getattr(module, "SERVICE", None),
        region=getattr(module, "REGION", DEFAULT_REGION),
    )


def _arguments(module: ModuleType) -> tuple[str, ...]:
    """What run-probe is asked if nothing else is typed: about the service, unless it says more."""
    service = getattr(module, "SERVICE", None)
    about_it = ("--like-service", service) if service is not None else ()
    return tuple(getattr(module, "ARGUMENTS", about_it))


def _execute(path: Path) -> ModuleType:
    name = f"probe_lab_scenario_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ScenarioError(f"cannot read scenario {path}: it is not a Python file", _EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        where = f"line {error.lineno}: " if error.lineno else ""
        line = f"cannot read scenario {path}: {where}{error.msg}"
        raise ScenarioError(line, "mend that line: the file is read as Python") from error
    return module


def blame(error: BaseException, path: Path) -> str | None:
    """One line about an error that came out of a scenario's own code; None where it was not involved."""
    frames = traceback.extract_tb(error.__traceback__)
    line = next((frame.lineno for frame in reversed(frames) if frame.filename == str(path)), None)
    if line is None:
        return None
    words = " ".join(str(error).split()) or "no further words"
    return f"scenario {_spoken(path)} failed: line {line}: {type(error).__name__}: {words}"


def _choice(written: str) -> str:
    """The names near to what was written; all of them where none is."""
    near = difflib.get_close_matches(written.replace("_", "-"), names())
    return f"give a path of your own or one of: {', '.join(near or names())}"


def _spoken(path: Path) -> str:
    return path.stem.replace("_", "-")
