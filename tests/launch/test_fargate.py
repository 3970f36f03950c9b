"""The Fargate carrier: starts a task a subnet, reads how each ended, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from probe.launch.carriers import fargate
from probe.model import Outcome, Plan, Run, Work
from tests.launch.fake_ecs import CODES, Ecs, denied, state

RUNNING, DONE = state("RUNNING"), state("DEPROVISIONING", CODES, stopCode="EssentialContainerExited")
PULL = "CannotPullContainerError: dial tcp 10.0.0.9:443: i/o timeout"


def a_plan(*subnets: str) -> Plan:
    runs = [
        Run(
            subnet=subnet,
            work=Work(run="r", subnet=subnet, region="us-east-1", targets=()),
            request={
                "cluster": "prod",
                "networkConfiguration": {"awsvpcConfiguration": {"subnets": [subnet]}},
            },
        )
        for subnet in subnets
    ]
    return Plan(run="r", definition={"family": "run-probe"}, runs=tuple(runs))


def carry(ecs: Ecs, *subnets: str, timeout: float = 20.0) -> tuple[dict[str, Outcome], list[str]]:
    """The outcomes by subnet, and what was told."""
    told: list[str] = []
    ended = fargate.run(ecs, a_plan(*subnets), cluster="prod", timeout=timeout, tell=told.append)
    return {one.subnet: one for one in ended}, told


def test_exit_codes_are_read_as_soon_as_the_task_is_taken_down() -> None:
    """ECS takes the interface away for half a minute more; nobody waits for that."""
    found, _ = carry(Ecs({"a": [RUNNING, DONE]}), "a")
    assert (CODES, "the probe ran") == (found["a"].exit_codes, found["a"].ended)


def test_the_verdicts_exit_ends_the_waiting() -> None:
    """It depends on every other container, so nothing more can come."""
    found, _ = carry(Ecs({"a": [state("RUNNING", CODES)]}), "a")
    assert CODES == found["a"].exit_codes


def test_a_task_that_never_ran_is_an_answer() -> None:
    """Its stop reason is what ECS's own dial met; its containers have no exit code."""
    stopped = state("STOPPED", stoppedReason=PULL, stopCode="TaskFailedToStart")
    found, _ = carry(Ecs({"a": [stopped]}), "a")
    assert (PULL, "TaskFailedToStart", {None}) == (
        found["a"].stop_reason,
        found["a"].stop_code,
        set(found["a"].exit_codes.values()),
    )


def test_a_containers_own_reason_counts_too() -> None:
    """Some pulls fail with a bare task reason and the words at the container."""
    containers = [{"name": "probe", "reason": PULL}]
    stopped = {"lastStatus": "STOPPED", "stoppedReason": "Task failed to start", "containers": containers}
    found, _ = carry(Ecs({"a": [stopped]}), "a")
    assert f"Task failed to start; {PULL}" == found["a"].stop_reason


def test_subnets_end_each_in_its_own_way() -> None:
    """One subnet of three may be the broken one."""
    script = {"a": [DONE], "b": [state("STOPPED", stoppedReason=PULL)], "c": [DONE]}
    found, _ = carry(Ecs(script), "a", "b", "c")
    assert {"a": None, "b": PULL, "c": None} == {subnet: one.stop_reason for subnet, one in found.items()}


def test_a_task_that_ecs_does_not_show_yet_is_waited_for() -> None:
    """DescribeTasks lags behind RunTask for a moment."""
    found, _ = carry(Ecs({"a": [{}, DONE]}), "a")
    assert "the probe ran" == found["a"].ended


def test_a_task_that_hangs_is_stopped_at_the_deadline() -> None:
    """The outcome says what it was last seen doing."""
    ecs = Ecs({"a": [state("PROVISIONING")]})
    found, _ = carry(ecs, "a", timeout=0.8)
    assert ("out of time" in found["a"].ended, "provisioning" in found["a"].ended, ecs.running) == (
        True,
        True,
        set(),
    )


def test_run_tasks_own_failures_are_the_subnets_outcome() -> None:
    """Capacity and quota are said in failures[], not as an error."""
    ecs = Ecs({"b": [DONE]}, failures={"a": {"reason": "Capacity is unavailable at this time"}})
    found, _ = carry(ecs, "a", "b")
    assert ("Capacity is unavailable at this time", "the probe ran") == (
        found["a"].stop_reason,
        found["b"].ended,
    )


def test_a_container_that_waited_says_nothing_beside_the_one_that_failed() -> None:
    """Every reporter waits for the probe; why the probe did not start is the reason."""
    waited = "dependency graph: failed to resolve container ordering dependency [probe] for target [verdict]"
    broke = "CannotStartContainerError: exec /python: exec format error"
    containers = [{"name": "verdict", "reason": waited}, {"name": "probe", "reason": broke}]
    stopped = state("STOPPED", stoppedReason=waited, containers=containers)
    found, _ = carry(Ecs({"a": [stopped]}), "a")
    assert broke == found["a"].stop_reason


@pytest.mark.parametrize(
    ("words", "kept"),
    [("The specified capacity provider FARGATE_SPOT was not found.", True), ("Invalid subnet.", False)],
)
def test_a_refusal_that_holds_for_the_service_too_is_kept_as_its_words(words: str, kept: object) -> None:
    """A strategy that the cluster does not offer stops the service's tasks as it stops the probe's."""
    refused = ClientError({"Error": {"Code": "InvalidParameterException", "Message": words}}, "RunTask")
    found, _ = carry(Ecs({"a": [DONE]}, errors={"run_task": refused}), "a")
    assert kept == (words in (found["a"].stop_reason or ""))


def test_outcomes_stand_in_the_order_of_the_plan() -> None:
    """Whichever subnet's task was refused, or was started first."""
    ecs = Ecs({"a": [DONE], "c": [DONE]}, failures={"b": {"reason": "Capacity"}})
    ended = fargate.run(ecs, a_plan("c", "b", "a"), cluster="prod", timeout=20, tell=lambda _: None)
    assert ["c", "b", "a"] == [one.subnet for one in ended]


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("register_task_definition", "ecs:RegisterTaskDefinition"),
        ("run_task", "ecs:RunTask"),
        ("describe_tasks", "ecs:DescribeTasks"),
    ],
)
def test_a_missing_permission_names_the_action_the_resource_and_the_cure(operation: str, action: str) -> None:
    """Nothing was measured, and the operator knows what to add."""
    ecs = Ecs({"a": [RUNNING]}, errors={operation: denied(operation, action, "arn:aws:ecs:x")})
    found, _ = carry(ecs, "a")
    assert all(word in found["a"].ended for word in (action, "arn:aws:ecs:x", "is denied", "policy"))
    assert (set(), set()) == (ecs.running, ecs.definitions)


@pytest.mark.parametrize(
    "end", [KeyboardInterrupt(), RuntimeError("a fault of the tool")], ids=["ctrl-c", "fault"]
)
def test_whatever_ends_a_run_nothing_is_left(end: BaseException) -> None:
    """Tasks are stopped and the definition deregistered, and the error goes on."""
    ecs = Ecs({"a": [RUNNING], "b": [RUNNING]}, errors={"describe_tasks": end})
    with pytest.raises(type(end)):
        carry(ecs, "a", "b")
    assert (set(), set()) == (ecs.running, ecs.definitions)


def test_what_cannot_be_removed_is_told_with_the_command_that_can() -> None:
    """The measurement stands, whoever may not clean up."""
    words = denied("StopTask", "ecs:StopTask", "*")
    found, told = carry(Ecs({"a": [DONE]}, errors={"stop_task": words}), "a")
    assert ("the probe ran", True) == (found["a"].ended, any("run-probe cleanup" in line for line in told))


def test_who_may_not_delete_a_definition_hears_that_it_stays() -> None:
    """It is deregistered, and starts nothing any more."""
    ecs = Ecs({"a": [DONE]}, errors={"delete_task_definitions": denied("Delete", "ecs:Delete", "*")})
    _, told = carry(ecs, "a")
    assert (set(), True) == (ecs.definitions, any("could not remove" in line for line in told))


def test_tasks_are_described_in_batches_of_a_hundred() -> None:
    """No call an observation, and none a task."""
    names = [f"s{number}" for number in range(150)]
    script: dict[str, list[dict[str, Any]]] = {name: [DONE] for name in names}
    ecs = Ecs(script)
    carry(ecs, *names)
    assert [100, 50] == ecs.batches


class Company(fargate.Beside):
    """Notes what it is told; ``found`` are the subnets it knows enough about."""

    def __init__(self, *found: str) -> None:
        self.found = frozenset(found)
        self.lag: set[str] = set()
        self.done: set[str] = set()

    def lagging(self, subnets: Iterable[str]) -> None:
        self.lag |= set(subnets)

    def answered(self, subnets: Iterable[str]) -> None:
        self.done |= set(subnets)

    def overtaken(self) -> frozenset[str]:
        return self.found


def accompanied(ecs: Ecs, company: Company, *subnets: str) -> dict[str, Outcome]:
    ended = fargate.run(
        ecs, a_plan(*subnets), cluster="prod", timeout=20, tell=lambda _: None, beside=company
    )
    return {one.subnet: one for one in ended}


def test_who_measures_beside_is_told_how_each_task_fares() -> None:
    """One ran, one could not start; that is said as soon as it is seen."""
    company = Company()
    accompanied(Ecs({"a": [DONE], "b": [state("STOPPED", stoppedReason=PULL)]}), company, "a", "b")
    assert ({"b"}, {"a"}) == (company.lag, company.done)


@pytest.mark.parametrize(
    ("script", "late"),
    [([state("PENDING"), state("PENDING"), DONE], {"a"}), ([RUNNING, RUNNING, DONE], set())],
    ids=["pending", "running"],
)
def test_a_task_that_does_not_run_in_time_is_late(script: list[dict[str, Any]], late: set[str]) -> None:
    """Its image may be coming, or not: somebody else starts measuring."""
    company = Company()
    company.patience = 0.0
    accompanied(Ecs({"a": script}), company, "a")
    assert late == company.lag


def test_a_task_that_does_not_run_yet_can_be_overtaken() -> None:
    """Where its image cannot come nobody waits for ECS to say so, and it is stopped."""
    ecs = Ecs({"a": [state("PENDING")], "b": [RUNNING, DONE]})
    found = accompanied(ecs, Company("a", "b"), "a", "b")
    assert ("stopped while pending: a function had found the way to its image broken", "the probe ran") == (
        found["a"].ended,
        found["b"].ended,
    )
    assert set() == ecs.running
