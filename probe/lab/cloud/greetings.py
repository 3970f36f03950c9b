"""What AWS's services say to somebody who knocks without a signature (``GET /``, as curl does)."""

from __future__ import annotations

from probe.lab.api.errors import ApiError
from probe.lab.names import Place
from probe.lab.wire import Answer, Request

_REDIRECTS = {
    "sts": (302, "https://aws.amazon.com/iam"),
    "iam": (302, "https://aws.amazon.com/iam"),
    "ec2": (301, "https://aws.amazon.com/ec2"),
    "s3": (307, "https://aws.amazon.com/s3/"),
}


def answer(request: Request, place: Place) -> Answer | None:
    """The answer to an unsigned GET of ``/``; None for anything else."""
    if request.method not in ("GET", "HEAD") or request.target != "/" or place.label:
        return None
    if place.suffix in _REDIRECTS:
        status, location = _REDIRECTS[place.suffix]
        return Answer(status, {"location": location})
    return Answer(404, {"content-type": "application/xml"}, b"<UnknownOperationException/>\n")


def refuse_unsigned(place: Place) -> None:
    """Raise ApiError where a service answers nobody without a signature; S3 has public buckets."""
    if place.suffix != "s3":
        raise ApiError("MissingAuthenticationTokenException", "Missing Authentication Token")
