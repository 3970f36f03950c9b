"""The Lambda calls about functions, in place of moto's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from probe.lab.api.errors import ApiError
from probe.lab.function.functions import Function, configuration
from probe.lab.function.network import Network
from probe.lab.function.shelf import Shelf
from probe.lab.iam import Denied

if TYPE_CHECKING:
    from probe.lab.api.calls import Call, Handler
    from probe.lab.cloud import Cloud

MOST_LISTED = 50
"""Functions a page, however many are asked for.

https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
"""

Json = Mapping[str, Any]


def handlers(
    cloud: Cloud, shelf: Shelf, create: Callable[[Call], Function], invoke: Callable[[Call], Json]
) -> Iterator[tuple[tuple[str, str], Handler]]:
    """What answers each call but DeleteFunction's; ``create`` and ``invoke`` do what their calls say."""
    yield ("lambda", "CreateFunction"), lambda call: configuration(create(call))
    yield ("lambda", "Invoke"), invoke
    yield ("lambda", "GetFunction"), lambda call: _get(cloud, call, _named(shelf, call))
    yield ("lambda", "GetFunctionConfiguration"), lambda call: configuration(_named(shelf, call))
    yield ("lambda", "ListFunctions"), lambda call: _list(shelf, call.params)
    yield ("lambda", "ListTags"), lambda call: {"Tags": dict(shelf.find(call.params["Resource"]).tags)}


def deletion(shelf: Shelf, network: Network) -> tuple[tuple[str, str], Handler]:
    """What answers DeleteFunction: the interface stays for a while."""

    def delete(call: Call) -> Json:
        network.leave(shelf.take(_named(shelf, call).name).name)
        return {"StatusCode": 204}

    return ("lambda", "DeleteFunction"), delete


def lacks() -> Iterator[tuple[tuple[str, str], Handler]]:
    """Every call of Lambda's, answered with what the lab lacks: moto knows none of the lab's functions."""
    from moto.core.utils import get_service_model

    def lack(call: Call) -> Json:
        raise ApiError("NotImplemented", f"the lab lacks this: lambda {call.operation}", status=501)

    for name in get_service_model("lambda").operation_names:
        yield ("lambda", str(name)), lack


def _named(shelf: Shelf, call: Call) -> Function:
    return shelf.find(call.params["FunctionName"], call.params.get("Qualifier") or "")


def _get(cloud: Cloud, call: Call, function: Function) -> Json:
    """GetFunction's answer: the tags come along when the caller may list them."""
    host = f"awslambda-{call.region}-tasks.s3.{call.region}.amazonaws.com"
    location = f"https://{host}/snapshots/{call.account}/{function.name}-{function.revision}"
    found = {
        "Configuration": configuration(function),
        "Code": {"RepositoryType": "S3", "Location": location},
    }
    if not function.tags:
        return found
    try:
        if cloud.enforced and call.principal is not None:
            context = cloud.iam.context(call.request, call.region)
            cloud.iam.authorize(call.principal, "lambda:ListTags", function.arn, context)
    except Denied as denied:
        return {**found, "TagsError": {"ErrorCode": denied.code, "Message": denied.message}}
    return {**found, "Tags": dict(function.tags)}


def _list(shelf: Shelf, params: Json) -> Json:
    functions = shelf.all()
    start = int(params.get("Marker") or 0)
    end = start + min(int(params.get("MaxItems") or MOST_LISTED), MOST_LISTED)
    more = {"NextMarker": str(end)} if end < len(functions) else {}
    # A listing says nothing of states.
    listed = (_still(configuration(one)) for one in functions[start:end])
    return {"Functions": list(listed), **more}


def _still(found: Json) -> Json:
    return {name: value for name, value in found.items() if not name.startswith(("State", "LastUpdate"))}
