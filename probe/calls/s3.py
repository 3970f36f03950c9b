"""``GetObject`` for environment files and what else a definition keeps in S3, from the bucket's own region.

The contents are read to their end, as the agent reads them, and dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from probe import references
from probe.calls import signed
from probe.failures import UnusableAnswerError
from probe.model import Call, Kind, Observation, Target
from probe.vantage import Facts, Vantage

LONGEST_LINE = 65_535
"""Bytes of one line that the agent's scanner (Go's ``bufio.Scanner``) takes; it refuses a longer one."""


def run(
    calls: tuple[Call, ...], target: Target, _: tuple[Observation, ...], vantage: Vantage
) -> Iterator[Observation]:
    """One observation an object; the fact ``region`` is the bucket's where it is another."""
    yield from signed.each(calls, target, vantage, "s3", partial(_get, target, vantage))


def _get(target: Target, vantage: Vantage, client: Any, call: Call, facts: Facts) -> None:
    wanted = references.s3_object(call.reference)
    region = _region(client, wanted.bucket) or target.region
    if region != target.region:
        facts["region"] = region
        client = vantage.client("s3", region)
    body = _opened(client, wanted)
    if _longest_line(body) > LONGEST_LINE and call.arguments.get("format", "env") == "env":
        raise UnusableAnswerError(
            Kind.INVALID_REFERENCE, "a line is longer than the agent reads", "line-too-long", call.reference
        )


def _opened(client: Any, wanted: references.S3Object) -> Any:
    """The object's body.  Who may read it and not list its bucket is refused the list where it is absent.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    try:
        return client.get_object(Bucket=wanted.bucket, Key=wanted.key)["Body"]
    except ClientError as error:
        stated = error.response.get("Error", {})
        words, code = str(stated.get("Message", "")), str(stated.get("Code", ""))
        if "s3:ListBucket" in words:
            raise UnusableAnswerError(Kind.NOT_FOUND, words, code, str(wanted)) from error
        raise


def _longest_line(chunks: Iterable[bytes]) -> int:
    """The bytes of the longest line; lines end at a line feed and nowhere else, as in Go."""
    longest = current = 0
    for chunk in chunks:
        for number, part in enumerate(chunk.split(b"\n")):
            current = len(part) if number else current + len(part)
            longest = max(longest, current)
    return longest


def _region(client: Any, bucket: str) -> str | None:
    """The bucket's region, which S3 tells even those it refuses."""
    try:
        answer = client.head_bucket(Bucket=bucket)
    except ClientError as error:
        answer = error.response
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    found: str | None = answer.get("BucketRegion") or headers.get("x-amz-bucket-region")
    return found
