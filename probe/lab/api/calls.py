"""One API call: a request read with the service's own model, and what a handler needs to answer it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from probe.lab.api.errors import ApiError
from probe.lab.names import Place
from probe.lab.wire import Request

if TYPE_CHECKING:
    from probe.lab.iam.principals import Principal

Handler = Callable[["Call"], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Call:
    """An API call.

    ``api`` is botocore's name of the service, ``params`` the input as boto3 takes it, ``model`` botocore's
    model of the operation, ``principal`` the caller (None: AWS itself), ``forward`` asks moto and gives its
    parsed answer.
    """

    api: str
    model: Any
    params: Mapping[str, Any]
    protocol: str
    region: str
    account: str
    request: Request
    principal: Principal | None = None
    forward: Callable[[], dict[str, Any]] = dict

    @property
    def operation(self) -> str:
        return str(self.model.name)

    @property
    def mutates(self) -> bool:
        """Whether the call may change what it talks about."""
        return not self.operation.startswith(("Describe", "Get", "List", "Search", "Lookup", "Head"))


def moto_request(request: Request) -> Any:
    """The request as moto's own type."""
    from moto.core.request import Request as MotoRequest

    url = f"https://{request.host}{request.target}"
    made = MotoRequest.from_primitives(request.method, url, dict(request.headers), request.body)
    made.environ["RAW_URI"] = request.target
    return made


def read(request: Request, place: Place, account: str) -> Call:
    """The call that a request makes.  Raises ApiError when the service has no such operation."""
    from moto.core.parse import PROTOCOL_PARSERS
    from moto.core.request import determine_request_protocol
    from moto.core.routing import get_service_router
    from moto.core.utils import get_service_model
    from werkzeug.exceptions import NotFound

    api = place.service.api or ""
    made = moto_request(request)
    try:
        operation, labels = get_service_router(api).match(made)
        protocol = determine_request_protocol(get_service_model(api), made.content_type)
    except (NotFound, NotImplementedError) as error:
        raise ApiError("UnknownOperationException", "The requested operation is not known.") from error
    parts: Any = {
        "method": made.method,
        "values": made.values,
        "headers": made.headers,
        "body": made.data,
        "url_path": made.path,
        "url_params": labels,
    }
    params = PROTOCOL_PARSERS[protocol](operation).parse(parts)
    return Call(api, operation, params or {}, protocol, place.region, account, request)


def protocol_of(api: str) -> str:
    """The protocol that a service speaks when the request does not say."""
    from moto.core.utils import get_service_model

    protocol = str(get_service_model(api).protocol)
    # A service that also speaks CBOR is asked in JSON by everybody here.
    return "json" if protocol.startswith("smithy") else protocol
