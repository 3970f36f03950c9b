"""The operator's AWS session, checked before anything is asked with it."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.exceptions import ProfileNotFound

from probe import endpoints
from probe.launch.refused import RefusedError


def open_session(*, profile: str | None, region: str | None) -> Any:
    """A boto3 session in a region that exists.  ``RefusedError`` where there is none."""
    try:
        session = boto3.Session(profile_name=profile, region_name=region)
    except ProfileNotFound as error:
        raise RefusedError(
            "cannot use the profile", str(error), "see: aws configure list-profiles"
        ) from error
    if session.region_name is None:
        why = "neither --region, AWS_REGION nor the profile names one"
        raise RefusedError("cannot tell the region", why, "give --region")
    if not endpoints.is_region(session.region_name):
        why = "no partition of AWS has a region of that form"
        raise RefusedError(f"unknown region {session.region_name}", why, "see: aws ec2 describe-regions")
    return session
