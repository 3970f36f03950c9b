"""moto, started fast and reached without a web framework: requests go straight to a service's functions.

What moto answers wrongly is mended in ``repairs``; what it lacks is in ``overrides``.
"""

from __future__ import annotations

import functools
import os
import random
import re
import uuid
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import botocore.loaders
import botocore.parsers
import botocore.session

from probe.lab.api.calls import moto_request
from probe.lab.api.errors import ApiError
from probe.lab.wire import Answer, Request

# moto's own module name, where it is not botocore's.
_MODULES = {
    "application-autoscaling": "applicationautoscaling",
    "network-firewall": "networkfirewall",
}
_GLOBAL = frozenset({"iam", "route53", "organizations", "sts"})


def _read_once() -> None:
    """Let each session read botocore's files with one and the same loader, and moto each with one of its own.

    A loader remembers what it read; a fresh one lists four hundred folders before it reads the same again.
    """
    botocore.session.create_loader = functools.cache(botocore.loaders.create_loader)
    from moto.core import loaders, utils

    setattr(utils, "create_loader", functools.cache(loaders.create_loader))  # noqa: B010


def start(account: str) -> None:
    """Import moto and make it what the lab needs: AWS's managed policies in the account."""
    for found in (backend, _routes):
        found.cache_clear()  # Whoever reset moto since gave it other backends.
    os.environ.pop("MOTO_ACCOUNT_ID", None)  # It would make every request one account's.
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    _read_once()
    import moto.ec2.models
    import moto.s3.models
    from moto.core import responses, utils
    from moto.iam.access_control import PermissionResult

    def request_id(headers: dict[str, Any] | None = None) -> str:
        identity = str(uuid.uuid4())
        if headers is not None:
            headers["x-amzn-requestid"] = identity
        return identity

    def identity(size: int = 8) -> str:
        return f"{random.getrandbits(4 * size):0{size}x}"

    # moto warns about every error that a service's model does not list; AWS answers many such.
    warnings.filterwarnings("ignore", ".*does not match an error shape.*")
    # Forty thousand random digits before anybody has made anything: every image of the region has an id.
    setattr(moto.ec2.utils, "random_resource_id", identity)  # noqa: B010
    setattr(responses, "gen_amzn_requestid_long", request_id)  # noqa: B010
    # Each request looks a class of hundreds of methods through for the one that answers it.
    setattr(responses, "method_names_from_class", functools.cache(utils.method_names_from_class))  # noqa: B010
    # moto knows no conditions, and a bucket's policy that denies under one would deny to all: IAM is ours.
    setattr(moto.s3.models.FakeBucket, "get_permission", lambda *_: PermissionResult.PERMITTED)  # noqa: B010
    backend("iam", account, "us-east-1")
    # Fifteen hundred policies take seconds to read, and no other account is asked for one of them.
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "false"


def regions() -> frozenset[str]:
    """The regions that exist."""
    from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

    return frozenset(region.name for region in RegionsAndZonesBackend.regions)


@functools.cache
def backend(api: str, account: str, region: str) -> Any:
    """Moto's state of one service (botocore's name for it), found once: a name asks five times."""
    from moto.backends import get_backend

    find: Any = get_backend
    by_region = find(_MODULES.get(api, api))[account]
    return by_region["aws"] if "aws" in by_region and region not in by_region else by_region[region]


@functools.cache
def _routes(api: str, account: str) -> tuple[tuple[re.Pattern[str], Callable[..., Any]], ...]:
    urls = backend(api, account, "us-east-1").urls
    return tuple((re.compile(pattern), function) for pattern, function in urls.items())


def ask(api: str, account: str, request: Request) -> Answer:
    """The answer of moto for an account.  Raises ApiError for what the lab lacks, and not AWS."""
    from werkzeug.exceptions import HTTPException

    made = moto_request(replace(request, headers={**request.headers, "x-moto-account-id": account}))
    url = f"https://{request.host}{request.path}"
    for pattern, function in _routes(api, account):
        if pattern.match(url):
            try:
                status, headers, body = function(made, made.raw_url, made.headers)
            except HTTPException as refusal:
                return _refused(refusal)
            except NotImplementedError as lack:
                raise ApiError("NotImplemented", f"the lab lacks this: {lack}", 501) from lack
            return Answer(int(status), _text(headers), _bytes(body))
    raise ApiError("NotImplemented", f"the lab lacks this: nothing serves {url}", 501)


def _refused(refusal: Any) -> Answer:
    return Answer(refusal.code or 500, _text(dict(refusal.get_headers())), _bytes(refusal.get_body()))


def _text(headers: dict[str, Any]) -> dict[str, str]:
    dropped = ("status", "server", "content-length", "connection", "date")
    return {str(k).lower(): str(v) for k, v in headers.items() if str(k).lower() not in dropped}


def _bytes(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    return body.encode() if isinstance(body, str) else b"".join(body)


def parsed(answer: Answer, operation: Any, protocol: str) -> dict[str, Any]:
    """An answer's body as boto3 would show it, without the metadata."""
    reader = botocore.parsers.create_parser(protocol)
    response = {"status_code": answer.status, "headers": dict(answer.headers), "body": answer.body}
    result: dict[str, Any] = reader.parse(response, operation.output_shape)
    result.pop("ResponseMetadata", None)
    return result


def written(result: Any, operation: Any, api: str, protocol: str) -> Answer:
    """A handler's result as the service writes it."""
    from moto.core.serialize import get_serializer_class

    made = get_serializer_class(api, protocol)(operation_model=operation).serialize(result or {})
    status = _own_status(result or {}, operation) or int(made["status_code"])
    return Answer(status, _text(dict(made["headers"])), _bytes(made["body"] or b""))


def _own_status(result: Any, operation: Any) -> int | None:
    """The status that a result itself tells, where its model has a place for it; moto forgets it."""
    members = operation.output_shape.members if operation.output_shape else {}
    places = (name for name, shape in members.items() if shape.serialization.get("location") == "statusCode")
    return next((int(result[name]) for name in places if name in result), None)
