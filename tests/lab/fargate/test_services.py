"""Services: what a deployment's end makes of them, and how ECS tells it."""

from __future__ import annotations

from typing import Any

from probe.lab.fargate import deployments, scheduler, service_json
from probe.lab.fargate.deployments import Service
from probe.lab.fargate.tasks import Container, Order, Task

CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/prod"
GOOD: dict[str, Any] = {
    "taskDefinition": "arn:aws:ecs:us-east-1:123456789012:task-definition/checkout:1",
    "launchType": "FARGATE",
    "desiredCount": 2,
    "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
}
BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
REASON = "CannotPullContainerError: pull image manifest has been retried 7 time(s): not found"


def service(settings: dict[str, Any]) -> Service:
    named = Service(
        arn=CLUSTER.replace(":cluster/", ":service/") + "/checkout", cluster_arn=CLUSTER, settings={}
    )
    images = ({"containerName": "app", "image": "registry.example/app:1"},)
    return deployments.deploy(named, settings).with_current(images=images)


def running(one: Service) -> Task:
    order = Order(
        cluster_arn=CLUSTER,
        definition={},
        subnets=("subnet-1",),
        groups=(),
        public=False,
        overrides={},
        group="service:checkout",
        service=one.name,
    )
    container = Container(name="app", arn="-", image="registry.example/app:1", digest="sha256:1")
    return Task(id="7", arn="-", order=order, containers=(container,), status="RUNNING")


def completed(one: Service) -> Service:
    return scheduler._completed(one, running(one))


def failed(one: Service) -> Service:
    return scheduler._failed(one, REASON)


def rolled_back() -> Service:
    """A good deployment, then one whose image is absent, then the rollback."""
    bad = GOOD | {"taskDefinition": GOOD["taskDefinition"][:-1] + "2", "deploymentConfiguration": BREAKER}
    return completed(failed(deployments.deploy(completed(service(GOOD)), bad)))


def test_a_failure_is_an_event_with_the_tasks_reason() -> None:
    """The deployment goes on trying and counts what failed."""
    told = service_json.told(failed(service(GOOD)), 0, 1)
    assert f"(service checkout) was unable to place a task. Reason: {REASON}." == told["events"][0]["message"]
    (only,) = told["deployments"]
    assert ("IN_PROGRESS", 1, 0, 1) == tuple(
        only[key] for key in ("rolloutState", "failedTasks", "runningCount", "pendingCount")
    )


def test_a_running_task_completes_the_deployment() -> None:
    """Once: what it resolved is pinned in the revision."""
    done = completed(service(GOOD))
    assert done == completed(done)
    revision = service_json.revision_json(done, done.current)
    image = {"containerName": "app", "image": "registry.example/app:1", "imageDigest": "sha256:1"}
    assert ([image], "1.4.0") == (revision["containerImages"], revision["platformVersion"])


def test_a_circuit_breaker_rolls_back_to_what_worked() -> None:
    """The service is like the good revision again, and healthy."""
    told = service_json.told(rolled_back(), 1, 0)
    assert GOOD["taskDefinition"] == told["taskDefinition"]
    assert [("PRIMARY", "COMPLETED")] == [(one["status"], one["rolloutState"]) for one in told["deployments"]]


def test_a_rollback_belongs_to_the_service_deployment_that_failed() -> None:
    """Its target is the revision that failed; the rollback names the earlier one."""
    after = rolled_back()
    _, bad, good = after.deployments
    told = service_json.full_json(after, bad)
    assert "ROLLBACK_SUCCESSFUL" == told["status"]
    assert (service_json.revision_arn(after, bad), service_json.revision_arn(after, good)) == (
        told["targetServiceRevision"]["arn"],
        told["rollback"]["serviceRevisionArn"],
    )


def test_a_rollback_that_fails_is_the_end() -> None:
    """It is not rolled back again: the service deployment's rollback has failed."""
    bad = GOOD | {"deploymentConfiguration": BREAKER}
    started = failed(deployments.deploy(completed(service(GOOD | {"deploymentConfiguration": BREAKER})), bad))
    after = failed(started)
    _, deployed, good = after.deployments
    assert ("ROLLBACK_FAILED", "FAILED") == (service_json.status_of(after, deployed), after.current.rollout)
    assert f"ECS deployment circuit breaker: rolling back to deploymentId {good.id}." == (
        started.current.rollout_reason
    )


def test_a_deployment_that_another_replaced_has_stopped() -> None:
    """It will never be complete."""
    after = deployments.deploy(service(GOOD), GOOD)
    assert ["IN_PROGRESS", "STOPPED"] == [service_json.status_of(after, one) for one in after.deployments]


def test_a_service_that_wants_no_task_is_steady() -> None:
    """Its deployment is complete without one, once."""
    done = scheduler._emptied(service(GOOD | {"desiredCount": 0}))
    assert ("COMPLETED", done) == (done.current.rollout, scheduler._emptied(done))


def test_without_a_breaker_the_failed_deployment_stays() -> None:
    """However often it fails."""
    twice = failed(failed(service(GOOD)))
    assert ("IN_PROGRESS", 2) == (twice.current.rollout, twice.current.failed_tasks)


def test_only_what_fargate_runs_is_followed() -> None:
    """By launch type, by capacity provider, or by a cluster's default; never another controller's."""
    spot = {"capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT"}]}
    mine = {"capacityProviderStrategy": [{"capacityProvider": "instances"}]}
    definition = {"taskDefinition": "checkout:1"}
    rows: list[dict[str, Any]] = [
        GOOD,
        definition | spot,
        definition,
        definition | mine,
        definition | {"launchType": "EC2"},
        spot,
    ]
    assert [True, True, True, False, False, False] == [scheduler._on_fargate(service(row)) for row in rows]
