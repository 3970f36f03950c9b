"""The operator's AWS session, checked before anything is asked with it."""

from __future__ import annotations

from functools import cache, cached_property
from threading import Lock
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ProfileNotFound

from probe import endpoints
from probe.launch.refused import RefusedError

PATIENCE = Config(connect_timeout=10, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 4})
"""For the operator's own calls: botocore's patience with a service that is silent is five minutes a call."""

_making = Lock()


class _Session(boto3.Session):  # type: ignore[misc]  # boto3 has no types
    """boto3's, which several threads may ask for clients: a client is thread-safe, making one is not.

    Each is made once: to make one of EC2 takes longer than most of its calls.
    https://boto3.amazonaws.com/v1/documentation/api/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients
    """

    def client(self, *arguments: Any, **options: Any) -> Any:
        with _making:
            return self._made(*arguments, **options)

    @cached_property
    def _made(self) -> Any:
        return cache(super().client)


def open_session(*, profile: str | None, region: str | None) -> Any:
    """A boto3 session in a region that exists.  ``RefusedError`` where there is none."""
    try:
        session = _Session(botocore_session=_core(), profile_name=profile, region_name=region)
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


def _core() -> botocore.session.Session:
    """Make botocore's session, whose clients are patient as ``PATIENCE`` says where nobody says otherwise."""
    core = botocore.session.Session()
    core.set_default_client_config(PATIENCE)
    return core
