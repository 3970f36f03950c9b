"""A task's way through its life: where it begins."""

from __future__ import annotations

from probe.lab.fargate.course import place
from probe.lab.fargate.ledger import Ledger
from probe.lab.fargate.tasks import Interface, Order, Task


def opened(ledger: Ledger, group: str) -> Task:
    order = Order(
        cluster_arn="arn:aws:ecs:us-east-1:123456789012:cluster/prod",
        definition={"containerDefinitions": []},
        subnets=("subnet-b", "subnet-a"),
        groups=(),
        public=False,
        overrides={},
        group=group,
    )
    return ledger.open(order)


def placed(ledger: Ledger, group: str) -> str:
    """Where the next task of a group is put; it stays there."""
    task = opened(ledger, group)
    subnet = place(ledger, task)
    interface = Interface(attachment="", eni="", subnet=subnet, mac="", address="", dns_name="")
    ledger.advance(task.id, interface=interface)
    return subnet


def test_tasks_of_a_group_are_spread_over_its_subnets() -> None:
    """The first goes to the first subnet, each later one where the fewest are; other groups do not count."""
    ledger = Ledger()
    placed(ledger, "service:other")
    assert ["subnet-b", "subnet-a", "subnet-b"] == [placed(ledger, "service:checkout") for _ in range(3)]


def test_the_place_of_a_stopped_task_is_free() -> None:
    """What is not wanted any more takes no place."""
    ledger = Ledger()
    placed(ledger, "service:checkout")
    ledger.order_stop(ledger.all()[0].id, "UserInitiated", "")
    assert "subnet-b" == placed(ledger, "service:checkout")
