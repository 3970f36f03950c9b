"""Objects in S3, as environment files, FireLens files and credential specs name them."""

from __future__ import annotations

import posixpath
import re

from probe import arns
from probe.arns import arn, refuse
from probe.model import Noun

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}")


class S3Object(Noun, kw_only=True):
    """An object by ARN, as environment files, FireLens files and credential specs name one."""

    partition: str
    bucket: str
    key: str

    def __str__(self) -> str:
        return f"arn:{self.partition}:s3:::{self.bucket}/{self.key}"


def s3_object(text: str) -> S3Object:
    """An S3 object's ARN, ``arn:PARTITION:s3:::BUCKET/KEY``: no region, no account."""
    what = "an S3 object's ARN"
    whole = arn(text)
    if (whole.service, whole.region, whole.account) != ("s3", "", ""):
        refuse(what, "it is not arn:PARTITION:s3:::BUCKET/KEY", 4)
    bucket, slash, key = whole.resource.partition("/")
    start = len(text) - len(whole.resource)
    arns.match(_BUCKET, bucket, what, "the bucket has a character that bucket names cannot have", start)
    if not slash or not key:
        refuse(what, "it names no object in the bucket", len(text))
    return S3Object(partition=whole.partition, bucket=bucket, key=key)


def environment_file(text: str) -> S3Object:
    """An environment file: an S3 object whose key ends in ``.env``."""
    found = s3_object(text)
    if not found.key.endswith(".env"):
        refuse("an environment file", "its name does not end in .env", len(text))
    if posixpath.normpath(f"{found.bucket}/{found.key}").startswith(".."):
        refuse(
            "an environment file", "its key leads out of the directory that the agent keeps it in", len(text)
        )
    return found
