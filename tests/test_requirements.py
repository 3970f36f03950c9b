"""The locks: pinned, hashed, consistent with one another, and without an address in them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {path.stem.removeprefix("requirements-"): path for path in sorted(ROOT.glob("requirements-*.txt"))}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
DECLARED = {
    "container": PROJECT["project"]["dependencies"],
    "desk": [
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["desk"],
        *PROJECT["project"]["optional-dependencies"]["lab"],
    ],
    "dev": PROJECT["dependency-groups"]["dev"],
}
locks = pytest.mark.parametrize("name", LOCKS)


def pins(name: str) -> list[tuple[str, str]]:
    """Each package with the version that a lock pins; two where it depends on the Python."""
    return re.findall(r"^([a-z0-9._-]+)(?:\[.*?\])?==(\S+)", LOCKS[name].read_text(), re.MULTILINE)


def test_there_is_a_lock_for_each_use() -> None:
    """One lock for the container, one for the desk with the lab, one for development."""
    assert LOCKS.keys() == DECLARED.keys()


@locks
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    """Each entry is a version with at least one hash, so that --require-hashes accepts the file."""
    entries = re.split(
        r"\n(?=[a-z0-9])", re.sub(r"^ *#.*\n", "", LOCKS[name].read_text(), flags=re.MULTILINE)
    )
    loose = [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry]
    assert (loose, len(entries)) == ([], len(pins(name)))


@locks
def test_a_lock_names_no_address(name: str) -> None:
    """Where packages come from is the machine's business: no index and no file URL."""
    assert [line for line in LOCKS[name].read_text().splitlines() if "://" in line or "-url" in line] == []


@locks
def test_a_lock_holds_what_is_declared(name: str) -> None:
    """Everything that pyproject.toml asks for is pinned in the lock of its use."""
    wanted = {re.split(r"[\[<>=]", requirement)[0] for requirement in DECLARED[name]}
    assert wanted - dict(pins(name)).keys() == set()


@pytest.mark.parametrize("other", LOCKS)
@locks
def test_the_locks_agree(name: str, other: str) -> None:
    """A package has the same version in every lock that holds it."""
    shared = dict(pins(name)).keys() & dict(pins(other)).keys()
    mine, theirs = ([pin for pin in pins(lock) if pin[0] in shared] for lock in (name, other))
    assert sorted(mine) == sorted(theirs)
