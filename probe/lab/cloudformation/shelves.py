"""What a template takes from the account: zones, parameters, secrets, other templates."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from botocore.exceptions import ClientError

from probe.lab.cloudformation.templates import invalid

_BOOTSTRAPPED = "29"
"""A version of the CDK's bootstrap stack above every one that a template asks for."""

_IMAGE = "ami-0abcdef1234567890"
"""An image of AWS's own, whichever is asked for: the lab's instances run none."""


@dataclass(frozen=True)
class Shelves:
    """Where a region's things are looked up; ``client`` is given a service and a region."""

    client: Callable[[str, str], Any]
    region: str

    def zones(self, region: str) -> Sequence[str]:
        """A region's availability zones."""
        found = self.client("ec2", region).describe_availability_zones()["AvailabilityZones"]
        return [zone["ZoneName"] for zone in found]

    def parameter(self, key: str) -> str:
        """The value of ``NAME`` or ``NAME:VERSION`` in Systems Manager."""
        name = key.rsplit(":", 1)[0] if key.rpartition(":")[2].isdigit() else key
        try:
            found = self.client("ssm", self.region).get_parameter(Name=name, WithDecryption=True)
        except ClientError as error:
            published = _published(name)
            if published is None:
                words = f"Unable to fetch parameters [{name}] from parameter store for this account."
                raise invalid(words) from error
            return published
        return str(found["Parameter"]["Value"])

    def stored(self, where: str, key: str) -> str:
        """A dynamic reference's value: a parameter's, or a secret's, whole or one key of it.

        A secret is ``ID:SecretString:KEY:STAGE:VERSION``; the id may be an ARN, with colons of its own.
        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
        """
        if where != "secretsmanager":
            return self.parameter(key)
        identity, _, rest = key.partition(":SecretString")
        found = self.client("secretsmanager", self.region).get_secret_value(SecretId=identity)
        value, wanted = str(found["SecretString"]), [part for part in rest.split(":") if part]
        return str(json.loads(value)[wanted[0]]) if wanted else value

    def fetched(self, url: str | None) -> str:
        """A template out of the lab's S3, by either of its two forms of URL."""
        if not url:
            raise invalid("Either Template URL or Template Body must be specified.")
        parts = urlsplit(url)
        host, path = parts.hostname or "", unquote(parts.path.lstrip("/"))
        first, _, rest = path.partition("/")
        bucket, key = (first, rest) if host.startswith(("s3.", "s3-")) else (host.partition(".s3")[0], path)
        body = self.client("s3", self.region).get_object(Bucket=bucket, Key=key)["Body"].read()
        return str(body.decode())


def _published(name: str) -> str | None:
    """What every account has: AWS's own lists of images, and the CDK's word that it is bootstrapped.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html
    """
    if name.startswith("/cdk-bootstrap/") and name.endswith("/version"):
        return _BOOTSTRAPPED
    return _IMAGE if name.startswith("/aws/service/") else None
