"""What may have gone wrong: the definite words first, then what a step without them can mean.

A row holds the words, the causes, and the stages it is limited to.  The first row that matches decides,
so an answer of AWS comes before the transport, and both before the hints of June 2024, which ECS also
prints over errors that contradict them.
"""

from __future__ import annotations

import re

from probe.stopped.definite import ANSWERS, TRANSPORT
from probe.stopped.lives import LIVES
from probe.stopped.marks import address_of, retries_of
from probe.stopped.names import nameless
from probe.stopped.reach import CALLS, IMAGE
from probe.stopped.reason import Cause, Stage
from probe.stopped.vague import MEANINGS
from probe.stopped.words import unwrapped

_GRAMMAR = tuple(
    (re.compile(pattern), causes, stages)
    for pattern, causes, stages in (*ANSWERS, *TRANSPORT, *MEANINGS, *LIVES)
)
_TRANSPORT = tuple(re.compile(pattern) for pattern, _, _ in TRANSPORT)


def causes_of(text: str, stage: Stage) -> tuple[Cause, ...]:
    """What one error may mean, the likeliest first; ``unknown`` where it says nothing.

    What was dialled had been resolved: beside an address, DNS is no cause.
    """
    causes = _meant(text, stage)
    if address_of(text) is None:
        return causes
    return tuple(cause for cause in causes if cause is not Cause.DNS) or causes


def is_transport(text: str) -> bool:
    """Whether one error tells how the transport failed, rather than a hint that it may have."""
    heard = nameless(text).casefold()
    return any(pattern.search(heard) for pattern in _TRANSPORT)


def _meant(text: str, stage: Stage) -> tuple[Cause, ...]:
    heard = unwrapped(nameless(text).casefold())
    for pattern, causes, stages in _GRAMMAR:
        if stage in stages and pattern.search(heard):
            return causes
    return _silent(heard, stage)


def _silent(text: str, stage: Stage) -> tuple[Cause, ...]:
    """A text cut before its reason: the retry count tells an answer (1) from silence (3, 5, 7).

    The log driver counts "1 times" whatever happened, but kills a silent attempt with a signal.
    """
    retries = retries_of(text)
    if stage is Stage.LOG_DRIVER:
        return (Cause.NOT_FOUND, Cause.IAM, Cause.TIMEOUT)
    if stage in CALLS and retries == 1:
        return (Cause.IAM, Cause.NOT_FOUND, Cause.TIMEOUT)
    if stage in CALLS and (retries or "resourceinitialization" in text or "registry auth" in text):
        return (Cause.TIMEOUT, Cause.DNS, Cause.IAM)
    if stage is Stage.ENV_FILE:
        return (Cause.NOT_FOUND, Cause.IAM, Cause.TIMEOUT)
    if stage in IMAGE and retries > 1:
        return (Cause.TIMEOUT, Cause.DNS, Cause.NOT_FOUND)
    return (Cause.UNKNOWN,)
