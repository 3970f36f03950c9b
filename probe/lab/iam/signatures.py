"""Signature Version 4, computed again with the caller's own secret key: botocore signs here as it does there.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from probe.lab.api.errors import ApiError
from probe.lab.wire import Request

_HEADER = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request,"
    r"\s*SignedHeaders=(?P<headers>[^,]+),\s*Signature=(?P<signature>[0-9a-f]+)"
)
_STAMP = "%Y%m%dT%H%M%SZ"
_SKEW = {"s3": timedelta(minutes=15)}
_USUAL_SKEW = timedelta(minutes=5)
"""How far a caller's clock may be off.  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html"""
_MISMATCH = "The request signature we calculated does not match the signature you provided. "
_CHECK = {"s3": "Check your key and signing method."}
_USUAL_CHECK = (
    "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
)
_SKEWED = {
    "s3": (
        "RequestTimeTooSkewed",
        "The difference between the request time and the current time is too large.",
    ),
}


@dataclass(frozen=True)
class Signature:
    """What a request says of its signer: the key, the session's token, the scope, and the signature itself.

    ``expires`` is a presigned address' life in seconds, None for a signed header.
    """

    access_key: str
    token: str
    region: str
    service: str
    headers: tuple[str, ...]
    value: str
    stamp: str
    expires: int | None = None


def signature(request: Request) -> Signature | None:
    """The signature of a request (header or presigned URL), or None for an unsigned one.

    Raises ApiError for one of another version.
    """
    header, query = request.headers.get("authorization", ""), request.query
    found = _HEADER.match(header)
    if found:
        stamp = request.headers.get("x-amz-date", "")
        token, names = request.headers.get("x-amz-security-token", ""), tuple(found["headers"].split(";"))
        return Signature(
            found["key"], token, found["region"], found["service"], names, found["signature"], stamp
        )
    if "X-Amz-Signature" in query:
        return _presigned(query)
    if header.startswith("AWS "):
        text = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
        raise ApiError("InvalidRequest", text)
    return None


def _presigned(query: Mapping[str, str]) -> Signature:
    key, _, region, service, *_ = [*query.get("X-Amz-Credential", "").split("/"), "", "", "", ""]
    return Signature(
        key,
        query.get("X-Amz-Security-Token", ""),
        region,
        service,
        tuple(query.get("X-Amz-SignedHeaders", "host").split(";")),
        query["X-Amz-Signature"],
        query.get("X-Amz-Date", ""),
        int(query.get("X-Amz-Expires", "0")),
    )


def verify(request: Request, signed: Signature, secret: str, now: datetime) -> None:
    """Raise ApiError unless the secret key made the signature, and not too long ago."""
    if not compare_digest(_computed(request, signed, secret), signed.value):
        raise ApiError("InvalidSignatureException", _MISMATCH + _CHECK.get(signed.service, _USUAL_CHECK))
    then = datetime.strptime(signed.stamp, _STAMP).replace(tzinfo=UTC)
    if signed.expires is not None:
        if now > then + timedelta(seconds=signed.expires):
            raise ApiError("AccessDeniedException", "Request has expired")
        return
    skew = _SKEW.get(signed.service, _USUAL_SKEW)
    if abs(now - then) > skew:
        raise ApiError(*_SKEWED.get(signed.service) or _off(then, now, skew))


def _off(then: datetime, now: datetime, skew: timedelta) -> tuple[str, str]:
    late, edge = then < now, now - skew if then < now else now + skew
    word, compared, sign = ("expired", "earlier", "-") if late else ("not yet current", "later", "+")
    text = (
        f"Signature {word}: {then:{_STAMP}} is {'now' if late else 'still'} {compared} than {edge:{_STAMP}} "
        f"({now:{_STAMP}} {sign} {skew.seconds // 60} min.)"
    )
    return "InvalidSignatureException", text


def _computed(request: Request, signed: Signature, secret: str) -> str:
    """The signature as the holder of the secret key would have made it."""
    kind = S3SigV4Auth if signed.service == "s3" else SigV4Auth
    auth = kind(Credentials(signed.access_key, secret), signed.service, signed.region)
    made = _rebuilt(request, signed)
    canonical = auth.canonical_request(made)
    if signed.service == "s3" and signed.expires is not None:
        canonical = f"{canonical.rpartition(chr(10))[0]}\nUNSIGNED-PAYLOAD"
    return str(auth.signature(auth.string_to_sign(made, canonical), made))


def _rebuilt(request: Request, signed: Signature) -> AWSRequest:
    """The request as it was signed: its signed headers, and a query without the signature."""
    path, _, written = request.target.partition("?")
    query = "&".join(pair for pair in written.split("&") if not pair.startswith("X-Amz-Signature="))
    headers = {name: request.headers.get(name, "") for name in signed.headers}
    url = f"https://{request.headers.get('host', request.host)}{path}" + (f"?{query}" if query else "")
    made = AWSRequest(request.method, url, headers, request.body)
    made.context["timestamp"] = signed.stamp
    return made
