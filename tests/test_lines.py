"""Lines out, lines back."""

from __future__ import annotations

import io
from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe import lines
from probe.model import Layer, Observation, Status

SEEN = Observation(
    target="logs", layer=Layer.TCP, operation="connect", status=Status.PASS, address="192.0.2.1"
)


def written(*observations: Observation, announced: int | None = None) -> list[str]:
    """What the container writes for these observations."""
    stream, kept = io.BytesIO(), list[lines.Event]()
    log = lines.logger(stream, kept)
    log.info(lines.STARTED, run="r1")
    for one in observations:
        log.info(lines.OBSERVATION, observation=one)
    log.info(lines.FINISHED, observations=len(observations) if announced is None else announced, exit_code=0)
    assert stream.getvalue() == b"".join(line + b"\n" for _, line in kept)
    return stream.getvalue().decode().splitlines()


def test_the_event_comes_first_in_a_line() -> None:
    """A person who scrolls sees the name at the left."""
    assert '{"event":"probe.started","run":"r1"}' == written()[0]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (written(SEEN, SEEN), ((SEEN, SEEN), True)),
        (written(), ((), True)),
        (written(SEEN, announced=2), ((SEEN,), False)),
        (written(SEEN)[:-1], ((SEEN,), False)),
        (["\n".join(written(SEEN))], ((SEEN,), True)),
        (["Traceback (most recent call last):", "[1]", "17", "", *written(SEEN)], ((SEEN,), True)),
        ([*written(SEEN)[:2], written(SEEN)[1][:50]], ((SEEN,), False)),
        (['{"event":"observation","observation":{"target":1}}', *written()], ((), True)),
        ([], ((), False)),
    ],
    ids=[
        "whole",
        "empty",
        "one-lost",
        "not-finished",
        "joined",
        "foreign",
        "cut",
        "no-observation",
        "nothing",
    ],
)
def test_what_is_ours_is_read_back(
    texts: Sequence[str], expected: tuple[tuple[Observation, ...], bool]
) -> None:
    """Complete is finished with as many observations as it says; foreign lines are passed over."""
    assert expected == lines.parse(texts)


@pytest.mark.parametrize(
    "word", ["x", "\"'\\", "é€😀", "\u2028\x00"], ids=["ascii", "escaped", "wide", "odd"]
)
def test_a_line_larger_than_an_event_travels_in_chunks(word: str) -> None:
    """Each chunk fits into an event, and together they are the line."""
    large = msgspec.structs.replace(SEEN, facts={"answers": (word * 300_000,)})
    kept = [(1, lines.encode(lines.OBSERVATION, {"observation": large}))]
    pieces = [piece for _, piece in lines.events(kept)]
    assert len(pieces) > 1
    assert lines.EVENT_LIMIT >= max(len(piece) + lines.OVERHEAD for piece in pieces)
    finish = lines.encode(lines.FINISHED, {"observations": 1}).decode()
    assert ((large,), True) == lines.parse([*(piece.decode() for piece in pieces), finish])


def test_chunks_that_came_in_another_order_are_the_same_line() -> None:
    """CloudWatch sorts by time, and those of one line have the same."""
    large = msgspec.structs.replace(SEEN, facts={"answers": tuple(str(one) for one in range(100_000))})
    kept = [(1, lines.encode(lines.OBSERVATION, {"observation": large}))]
    pieces = [piece.decode() for _, piece in lines.events(kept)]
    assert (True, ((large,), False)) == (len(pieces) > 1, lines.parse(reversed(pieces)))


def test_a_lost_chunk_loses_its_line_and_no_other() -> None:
    """What was cut off is missing, and so the log is not complete."""
    large = msgspec.structs.replace(SEEN, facts={"answers": ("x" * 300_000,)})
    kept = [(1, lines.encode(lines.OBSERVATION, {"observation": one})) for one in (large, SEEN)]
    pieces = [piece.decode() for _, piece in lines.events(kept)][1:]
    assert ((SEEN,), False) == lines.parse(pieces)


@settings(deadline=None)
@given(st.lists(st.integers(0, 300_000), max_size=40))
def test_batches_hold_what_one_request_takes(sizes: list[int]) -> None:
    """Everything arrives in order, and no request is above the quotas."""
    events = [(number, b"x" * size) for number, size in enumerate(sizes)]
    batches = list(lines.batches(events))
    assert events == [event for batch in batches for event in batch]
    assert all(sum(len(line) + lines.OVERHEAD for _, line in batch) <= lines.BATCH_LIMIT for batch in batches)


def test_a_batch_has_at_most_ten_thousand_events() -> None:
    """CloudWatch counts events as well as bytes."""
    assert [10_000, 1] == [len(batch) for batch in lines.batches([(0, b"")] * 10_001)]
