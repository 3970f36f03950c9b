"""Durations as people type them: ``90s``, ``15m``, ``1h``, ``2d``, and ``0``; or seconds, as a number."""

from __future__ import annotations

import math
import re
from datetime import timedelta

import click

_WRITTEN = re.compile(r"(?P<number>[0-9]{1,9})(?P<unit>[smhd])|0")
_REMEMBERED = timedelta(days=90)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def duration(_: click.Context, __: click.Parameter, value: str) -> timedelta:
    """An option's value: a number with its unit.  ``BadParameter`` for anything else."""
    written = _WRITTEN.fullmatch(value.strip())
    if written is None:
        raise click.BadParameter(f"{value!r} is no duration: write 90s, 15m, 1h, 2d or 0")
    return timedelta(**{_UNITS[written["unit"]]: int(written["number"])} if written["unit"] else {})


def lately(context: click.Context, parameter: click.Parameter, value: str | None) -> timedelta | None:
    """An option's value where it was given: a duration of at most the 90 days that CloudTrail remembers."""
    if value is None:
        return None
    found = duration(context, parameter, value)
    if not timedelta(0) < found <= _REMEMBERED:
        raise click.BadParameter(f"{value!r} is out of reach: CloudTrail remembers up to {_REMEMBERED.days}d")
    return found


def finite(_: click.Context, __: click.Parameter, value: float) -> float:
    """An option's seconds.  ``BadParameter`` for what Python calls a number too: ``nan`` and ``inf``."""
    if not math.isfinite(value):
        raise click.BadParameter(f"{value} is no number of seconds")
    return value
