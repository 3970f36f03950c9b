"""What a scenario's names have to be, so that a wrong one is said before a world is built for it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType

from probe.lab.expectation import Expectation


def complaints(module: ModuleType) -> Iterator[str]:
    """What is wrong with the names of a scenario's module; a name that may be absent may be None too."""
    for name, (fits, words) in _NAMES.items():
        value = getattr(module, name, None)
        if not fits(value) and (value is not None or name == "build"):
            yield words


def _takes_one(value: object) -> bool:
    """Whether something can be called with one argument."""
    if not callable(value):
        return False
    try:
        inspect.signature(value).bind(None)
    except TypeError:
        return False
    return True


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _are_words(value: object) -> bool:
    return isinstance(value, list | tuple) and all(map(_is_text, value))


def _is_expectation(value: object) -> bool:
    return isinstance(value, Expectation)


_NAMES: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "build": (_takes_one, "it has no function build(aws)"),
    "faults": (_takes_one, "its faults is no function of one argument"),
    "change": (_takes_one, "its change is no function of one argument"),
    "EXPECT": (_is_expectation, "its EXPECT is not made by expect(…)"),
    "CLUSTER": (_is_text, "its CLUSTER is no string"),
    "SERVICE": (_is_text, "its SERVICE is no string"),
    "REGION": (_is_text, "its REGION is no string"),
    "ARGUMENTS": (_are_words, "its ARGUMENTS are no list of strings"),
    "BEFORE": (_are_words, "its BEFORE are no list of strings"),
}
