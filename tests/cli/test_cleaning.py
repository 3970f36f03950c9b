"""``run-probe cleanup`` as it is typed, and how it ends."""

from __future__ import annotations

from datetime import timedelta

import click
import pytest

from probe.cli import cleaning
from probe.cli.durations import duration
from probe.exits import Exit
from probe.launch.leftovers import Fate

OPTION = click.Option(["--older-than"])


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("0", timedelta()),
        ("90s", timedelta(seconds=90)),
        (" 15m ", timedelta(minutes=15)),
        ("1h", timedelta(hours=1)),
        ("2d", timedelta(days=2)),
    ],
)
def test_a_duration_has_a_unit(written: str, expected: timedelta) -> None:
    """Except for none at all."""
    assert expected == duration(click.Context(cleaning.cleanup), OPTION, written)


@pytest.mark.parametrize("written", ["", "1", "1w", "-1h", "1.5h", "h", "99999999999999d"])
def test_what_is_no_duration_is_a_usage_error(written: str) -> None:
    """Its words say what would be one."""
    with pytest.raises(click.BadParameter, match="is no duration: write 90s, 15m, 1h, 2d or 0"):
        duration(click.Context(cleaning.cleanup), OPTION, written)


@pytest.mark.parametrize(
    ("fates", "expected"),
    [
        ([], Exit.HEALTHY),
        ([Fate.REMOVED, Fate.KEPT], Exit.HEALTHY),
        ([Fate.REMOVED, Fate.LEFT], Exit.OUT_OF_TIME),
        ([Fate.WOULD_GO], Exit.OUT_OF_TIME),
        ([Fate.LEFT, Fate.UNSEEN], Exit.IDENTITY),
        ([Fate.REMOVED, Fate.REFUSED], Exit.IDENTITY),
    ],
    ids=["nothing", "removed", "late", "dry-run", "unseen", "refused"],
)
def test_it_ends_with_0_only_when_nothing_old_is_left(fates: list[Fate], expected: Exit) -> None:
    """Whatever could not be looked for may be there."""
    assert expected == cleaning.code_of({fate.name for fate in fates})
