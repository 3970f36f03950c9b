"""Exit codes in files."""

from __future__ import annotations

from pathlib import Path

import pytest

from probe import results
from probe.exits import Exit


def test_a_result_is_read_back_and_nothing_else_is_left(tmp_path: Path) -> None:
    """A result appears whole, under its name, and is replaced the same way."""
    results.write(tmp_path, "ecr.api", "12\n")
    results.write(tmp_path, "ecr.api", "0\n")
    assert (0, ["ecr.api"]) == (results.read(tmp_path, "ecr.api"), [one.name for one in tmp_path.iterdir()])


@pytest.mark.parametrize("text", [None, "", "twelve"], ids=["absent", "empty", "no-number"])
def test_no_result_is_no_report(tmp_path: Path, text: str | None) -> None:
    """What cannot be read is never healthy."""
    if text is not None:
        (tmp_path / "logs").write_text(text)
    assert Exit.NO_REPORT == results.read(tmp_path, "logs")


def test_the_directory_is_the_volume_unless_somebody_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """PROBE_RESULTS is for running by hand."""
    monkeypatch.delenv("PROBE_RESULTS", raising=False)
    volume = results.directory()
    monkeypatch.setenv("PROBE_RESULTS", "elsewhere")
    assert (Path("/results"), Path("elsewhere")) == (volume, results.directory())
