"""Services in trouble: throttled, failing, or not AWS at all."""

from __future__ import annotations

from probe.lab.api import calls, errors
from probe.lab.api.errors import ApiError
from probe.lab.compile.devices import OPERATOR_ADDRESS
from probe.lab.faults import Faults
from probe.lab.names import Place
from probe.lab.wire import Answer, Request

_PAGE = b"<html><head><title>Welcome</title></head><body>Please sign in to use this network.</body></html>\n"


def answer(faults: Faults, place: Place, request: Request) -> Answer | None:
    """What a faulty service says, or None when nothing is wrong.  Only who signs is throttled.

    A middlebox stands on the VPC's way, not on that of the person at the desk.
    """
    suffix = place.suffix
    if suffix in faults.middleboxes and request.source != OPERATOR_ADDRESS:
        return Answer(200, {"content-type": "text/html", "server": "squid", "x-lab-not-aws": "1"}, _PAGE)
    if suffix in faults.throttled and _is_signed(request):
        if suffix == "s3":
            return _error(place, ApiError("SlowDown", "Please reduce your request rate."), 503)
        return _error(place, ApiError("ThrottlingException", "Rate exceeded"), 0)
    if suffix in faults.failing:
        return _error(
            place, ApiError("InternalFailure", "We encountered an internal error."), faults.failing[suffix]
        )
    return None


def _is_signed(request: Request) -> bool:
    return "authorization" in request.headers or "X-Amz-Signature" in request.query


def _error(place: Place, error: ApiError, status: int) -> Answer:
    api = place.service.api
    if api is None:
        code = "TOOMANYREQUESTS" if not status else "UNAVAILABLE"
        body = f'{{"errors":[{{"code":"{code}","message":"{error.message}"}}]}}'.encode()
        return Answer(status or 429, {"content-type": "application/json"}, body)
    made = errors.answer(error, api=api, protocol=calls.protocol_of(api))
    return Answer(status or made.status, made.headers, made.body)
