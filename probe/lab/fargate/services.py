"""The ECS calls about services and their deployments, over moto's record of which services there are.

moto forgets most of what CreateService was told and starts no task; the book here keeps what was asked, and
the ``scheduler`` acts on it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from probe.lab.api.errors import ApiError
from probe.lab.fargate import deployments, pins, placement, service_json
from probe.lab.fargate.deployments import Deployment, Service
from probe.lab.fargate.ledger import Ledger

if TYPE_CHECKING:
    from probe.lab.api.calls import Call, Handler
    from probe.lab.cloud import Cloud

Json = Mapping[str, Any]

MOST_DESCRIBED = 10
_KEPT = (
    *deployments.REVISED_BY,
    "desiredCount",
    "deploymentConfiguration",
    "enableExecuteCommand",
    "propagateTags",
    "tags",
    "cluster",
    "serviceName",
)


class Book:
    """Services by ARN.  Thread safe; a service is replaced, never changed in place."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._services: dict[str, Service] = {}
        self._lock = threading.RLock()

    def get(self, arn: str) -> Service | None:
        return self._services.get(arn)

    def all(self) -> list[Service]:
        with self._lock:
            return list(self._services.values())

    def named(self, cluster_arn: str, name: str) -> Service | None:
        """The service of that name in a cluster."""
        here = (one for one in self.all() if one.cluster_arn == cluster_arn)
        return next((one for one in here if one.name == name), None)

    def change(self, arn: str, how: Callable[[Service], Service]) -> Service:
        """Replace a service by what ``how`` makes of it, and wake whoever waits for a change."""
        with self._lock:
            self._services[arn] = how(self._services[arn])
            changed = self._services[arn]
        self.ledger.poke()
        return changed

    def add(self, service: Service) -> None:
        with self._lock:
            self._services[service.arn] = service

    def counts(self, service: Service) -> tuple[int, int]:
        """How many of a service's tasks run, and how many are on their way there."""
        own = [task for task in self.ledger.all() if task.order.service == service.name]
        here = [
            task
            for task in own
            if task.order.cluster_arn == service.cluster_arn and task.desired == "RUNNING"
        ]
        running = sum(task.status == "RUNNING" for task in here)
        return running, len(here) - running


def handlers(cloud: Cloud, book: Book, follow: Callable[[Service], None]) -> dict[tuple[str, str], Handler]:
    """What answers each call; ``follow`` hears of every new service."""
    return {
        ("ecs", "CreateService"): lambda call: _create(cloud, book, follow, call),
        ("ecs", "UpdateService"): lambda call: _update(cloud, book, call),
        ("ecs", "DeleteService"): lambda call: _delete(book, call),
        ("ecs", "DeleteCluster"): lambda call: _delete_cluster(cloud, book, call),
        ("ecs", "DescribeServices"): lambda call: _describe(cloud, book, call),
        ("ecs", "ListServiceDeployments"): lambda call: _list_deployments(cloud, book, call.params),
        ("ecs", "DescribeServiceDeployments"): lambda call: _by_arn(
            book,
            call.params["serviceDeploymentArns"],
            "serviceDeployments",
            service_json.deployment_arn,
            service_json.full_json,
        ),
        ("ecs", "DescribeServiceRevisions"): lambda call: _by_arn(
            book,
            call.params["serviceRevisionArns"],
            "serviceRevisions",
            service_json.revision_arn,
            service_json.revision_json,
        ),
    }


def _kept(params: Json) -> dict[str, Any]:
    return {name: params[name] for name in _KEPT if params.get(name) is not None}


def _create(cloud: Cloud, book: Book, follow: Callable[[Service], None], call: Call) -> Json:
    params = call.params
    cluster = placement.cluster_of(cloud, params.get("cluster") or "default")
    held = book.named(cluster["clusterArn"], params["serviceName"])
    if held is not None and held.active:
        raise ApiError("InvalidParameterException", "Creation of service was not idempotent.")
    if params.get("taskDefinition"):
        definition = placement.definition_of(cloud, params["taskDefinition"])
        placement.check_service(cloud, params, definition)
        params = {**params, "taskDefinition": definition["taskDefinitionArn"]}
    made = call.forward()["service"]
    settings = _kept({**params, "desiredCount": params.get("desiredCount") or 0})
    default = cluster.get("defaultCapacityProviderStrategy")
    if default and not {"launchType", "capacityProviderStrategy"} & settings.keys():
        settings["capacityProviderStrategy"] = (
            default  # The service keeps it, whatever the cluster's becomes.
        )
    bare = Service(arn=made["serviceArn"], cluster_arn=cluster["clusterArn"], settings=settings)
    service = _deployed(cloud, bare, settings)
    book.add(service)
    follow(service)
    return {"service": _overlaid(book, made)}


def _deployed(cloud: Cloud, service: Service, settings: Json) -> Service:
    """The service with one more deployment, which knows what its tags meant when it was asked for."""
    made = deployments.deploy(service, settings)
    if cloud.enforced or "taskDefinition" not in settings:
        return made
    return made.with_current(images=pins.seen(cloud, placement.described(cloud, settings["taskDefinition"])))


def _update(cloud: Cloud, book: Book, call: Call) -> Json:
    params = dict(call.params)
    service = _known(cloud, book, params)
    settings = {**service.settings, **_kept({name: params[name] for name in params if name != "cluster"})}
    if params.get("capacityProviderStrategy"):
        settings.pop("launchType", None)
    if "taskDefinition" in settings:
        find = placement.definition_of if params.get("taskDefinition") else placement.described
        definition = find(cloud, settings["taskDefinition"])
        settings["taskDefinition"] = definition["taskDefinitionArn"]
        placement.check_service(cloud, {**settings, "cluster": service.cluster_arn}, definition)
    made = call.forward()["service"]
    revised = any(settings.get(name) != service.settings.get(name) for name in deployments.REVISED_BY)
    if revised or params.get("forceNewDeployment"):
        book.change(service.arn, lambda one: _deployed(cloud, one, settings))
    else:
        book.change(service.arn, lambda one: _resized(one, settings))
    return {"service": _overlaid(book, made)}


def _resized(service: Service, settings: Json) -> Service:
    return replace(service, settings=dict(settings)).with_current(settings=dict(settings))


def _delete(book: Book, call: Call) -> Json:
    made = call.forward()["service"]
    if book.get(made["serviceArn"]):
        book.change(made["serviceArn"], lambda one: replace(one, active=False))
    return {"service": _overlaid(book, made)}


def _delete_cluster(cloud: Cloud, book: Book, call: Call) -> Json:
    cluster = placement.cluster_of(cloud, call.params["cluster"])
    if any(one.active and one.cluster_arn == cluster["clusterArn"] for one in book.all()):
        text = "The Cluster cannot be deleted while Services are active."
        raise ApiError("ClusterContainsServicesException", text)
    return call.forward()


def _describe(cloud: Cloud, book: Book, call: Call) -> Json:
    placement.cluster_of(cloud, call.params.get("cluster") or "default")
    asked = call.params.get("services") or []
    if not asked:
        raise ApiError("InvalidParameterException", "Services cannot be empty.")
    if len(asked) > MOST_DESCRIBED:
        raise ApiError("InvalidParameterException", f"services can have at most {MOST_DESCRIBED} items.")
    found = call.forward()
    return {
        "services": [_overlaid(book, one) for one in found.get("services") or ()],
        "failures": found.get("failures") or [],
    }


def _overlaid(book: Book, made: Json) -> dict[str, Any]:
    """The answer of moto, with what it forgot."""
    service = book.get(made["serviceArn"])
    if service is None:
        return dict(made)
    own = service_json.told(service, *book.counts(service))
    forgotten = () if "launchType" in own else ("launchType",)
    return {name: value for name, value in {**made, **own}.items() if name not in forgotten}


def _known(cloud: Cloud, book: Book, params: Json) -> Service:
    cluster = placement.cluster_of(cloud, params.get("cluster") or "default")
    service = book.named(cluster["clusterArn"], str(params.get("service")).rsplit("/", 1)[-1])
    if service is None:
        raise ApiError("ServiceNotFoundException", "Service not found.")
    if not service.active:
        raise ApiError("ServiceNotActiveException", "Service was not ACTIVE.")
    return service


def _list_deployments(cloud: Cloud, book: Book, params: Json) -> Json:
    service = _known(cloud, book, params)
    wanted = params.get("status") or ()
    found = [
        service_json.brief_json(service, one)
        for one in service.deployments
        if not one.undoes and (not wanted or service_json.status_of(service, one) in wanted)
    ]
    return {"serviceDeployments": found[: params.get("maxResults") or len(found)]}


def _by_arn(
    book: Book,
    asked: list[str],
    key: str,
    arn_of: Callable[[Service, Deployment], str],
    as_json: Callable[[Service, Deployment], Json],
) -> Json:
    known = {arn_of(service, one): (service, one) for service in book.all() for one in service.deployments}
    return {
        key: [as_json(*known[arn]) for arn in asked if arn in known],
        "failures": [{"arn": arn, "reason": "MISSING"} for arn in asked if arn not in known],
    }
