"""Types are read by many threads at once, from their very first use."""

from __future__ import annotations

import subprocess
import sys

import pytest

RACE = """
import sys, threading
import msgspec
from probe import forms

def parts(number):
    return [(f"f{one}", tuple[int, ...] | None, None) for one in range(20)]

def apply(barrier, form):
    barrier.wait()
    forms.READ

sys.setswitchinterval(1e-6)
for number in range(100):
    inner = msgspec.defstruct(f"Inner{number}", parts(number))
    outer = msgspec.defstruct(f"Outer{number}", [("inner", inner), *parts(number)])
    barrier = threading.Barrier(4)
    threads = [threading.Thread(target=apply, args=(barrier, outer)) for _ in range(4)]
    for one in threads: one.start()
    for one in threads: one.join()
"""


@pytest.mark.parametrize(
    "read",
    [
        'read(b\'{"inner": {"f3": [1]}, "f7": [2]}\', form)',
        'converted({"inner": {"f3": [1]}, "f7": [2]}, form)',
    ],
    ids=["a document", "a value"],
)
def test_the_first_use_of_a_type_may_be_by_many_threads(read: str) -> None:
    """A hundred new types, each first read by four threads at once: the interpreter stands."""
    done = subprocess.run(
        [sys.executable, "-c", RACE.replace("READ", read)], capture_output=True, text=True, check=False
    )
    assert (0, "") == (done.returncode, done.stderr)
