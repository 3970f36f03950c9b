"""The carriers of one run side by side: Fargate first, functions beside it where it cannot start or stalls.

What an ended Fargate probe saw counts; a function is taken away where that came, and stands in where not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from probe import stopped
from probe.diagnosis.case import Case
from probe.launch import merging, roads
from probe.launch.carriers import fargate
from probe.launch.carriers.function import Answer
from probe.launch.carriers.role import Lent
from probe.launch.carrying import carry
from probe.launch.standby import Standby
from probe.launch.telling import Tell
from probe.launch.wishes import Carrier, Wish
from probe.model import Outcome, Plan, Stop
from probe.stopped import Cause, Stage

NO_LINES = "no log group is known, so exit codes alone will tell; --log-group names one"
NO_LOGS = "nothing is written to CloudWatch Logs (--no-put-logs), so exit codes alone will tell"
_AT_ONCE = 8
_GRACE = 10.0
"""Seconds that ECS has for its own word after a function found the way to the probe's image broken."""

_PULL = frozenset({"ecr.api", "ecr.dkr", "s3"})
_PULLING = frozenset({Stage.REGISTRY_AUTH, Stage.IMAGE_MANIFEST, Stage.IMAGE_LAYER})
_NETWORK = frozenset({Cause.DNS, Cause.TIMEOUT, Cause.REFUSED, Cause.TLS})


def measure(session: Any, case: Case, requests: Plan, wish: Wish, tell: Tell) -> tuple[Outcome, ...]:
    """One outcome a subnet, by every carrier that the operator allows."""
    with (
        Lent(session, requests.run, tell) as lent,
        Standby(carry(session, case, requests, wish, lent, tell)) as functions,
    ):
        if wish.carrier is Carrier.FUNCTION:
            functions.start(case.spec.subnets)
            return tuple(merging.alone(answer) for answer in functions.answers().values())
        if any(run.work.logs is None for run in requests.runs):
            tell(NO_LINES if wish.restraint.put_logs else NO_LOGS)
        beside = _Beside(functions, case, wish)
        if wish.carrier is Carrier.AUTO and pull_is_broken(case.spec.stops):
            tell("the service's stop reasons point at the way to its images: functions start at once")
            functions.start(case.spec.subnets)
        ended = fargate.run(
            session, requests, cluster=case.spec.cluster, timeout=wish.timeout, tell=tell, beside=beside
        )
        return _gathered(session, requests, ended, beside.last(ended))


def pull_is_broken(stops: Iterable[Stop]) -> bool:
    """Whether stopped tasks of the service met the network on the way to their images."""
    said = [stopped.decode("; ".join([stop.reason, *stop.container_reasons])) for stop in stops]
    return any(one.stage in _PULLING and not _NETWORK.isdisjoint(one.causes) for one in said)


class _Beside(fargate.Beside):
    """What the Fargate carrier tells of its tasks, and asks: the functions beside them."""

    def __init__(self, functions: Standby, case: Case, wish: Wish) -> None:
        self._functions, self._case = functions, case
        self._asked = wish.carrier is Carrier.AUTO
        self._pulls_from_ecr = ".dkr.ecr" in wish.image

    def lagging(self, subnets: Iterable[str]) -> None:
        if self._asked:
            self._functions.start(subnets)

    def answered(self, subnets: Iterable[str]) -> None:
        self._functions.dismiss(subnets)

    def overtaken(self) -> frozenset[str]:
        """Where a function found that the probe's own image cannot come."""
        return frozenset(
            answer.subnet
            for answer in self._functions.told(since=_GRACE)
            if self._pulls_from_ecr and self._found_broken(answer)
        )

    def last(self, ended: Sequence[Outcome]) -> dict[str, Answer]:
        """The functions' answers where the Fargate probe did not run; starts those that are missing."""
        silent = [outcome.subnet for outcome in ended if not fargate.ran(outcome)]
        self.answered(outcome.subnet for outcome in ended if fargate.ran(outcome))
        self.lagging(silent)
        answers = self._functions.answers()
        return {subnet: answers[subnet] for subnet in silent if subnet in answers}

    def _found_broken(self, answer: Answer) -> bool:
        on_the_way = [target for target in self._case.targets if target.name in _PULL]
        return bool(merging.broken(answer, on_the_way))


def _gathered(
    session: Any, requests: Plan, ended: Sequence[Outcome], answers: dict[str, Answer]
) -> tuple[Outcome, ...]:
    """The outcomes with what every road says."""
    works = {run.subnet: run.work for run in requests.runs}

    def one(outcome: Outcome) -> Outcome:
        told = roads.gather(
            lambda region: session.client("logs", region_name=region), outcome, works[outcome.subnet]
        )
        answer = answers.get(outcome.subnet)
        return told if answer is None else merging.merged(told, answer)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return tuple(pool.map(one, ended))
