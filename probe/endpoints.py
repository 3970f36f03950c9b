"""Service and region to host name, and back; the only reader of botocore's data files.

The suffixes of the partitions (commercial, China, GovCloud, the isolated ones) are botocore's own; the
two names that it does not hold, the ECR registry and the bucket of its layers, are added here.  Nothing
here resolves a name or makes a client.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import msgspec

SERVICES: tuple[str, ...] = ("ecr.api", "ecr.dkr", "s3", "secretsmanager", "ssm", "kms", "logs", "sts")
"""Endpoint suffixes in the order in which a start meets them; always measured, needed or not."""

_FAMILIES = {"ecr": ("ecr.api", "ecr.dkr")}
"""Words that people say for several endpoints."""

_CHINESE_NAMES = frozenset({"ecr.api", "ecr.dkr", "sts"})
"""In China these have endpoint services named ``cn.com.amazonaws...``; the others kept ``com.amazonaws``."""

_LABELS = {"kinesis-firehose": "firehose", "kinesis-streams": "kinesis"}
"""What the host names of these services say in place of the endpoint suffix."""

_SUFFIXES = {label: suffix for suffix, label in _LABELS.items()} | {"ecs-sc": "ecs-agent"}
"""The endpoint suffix of what a host name says."""

_S3_PREFIX = re.compile(r"(?:^|\.)s3(?:-accelerate|-website|-external-1|-fips|-[a-z]{2,5}(?:-[a-z]+)+-\d+)?$")
_QUARTER = re.compile(r"-(?:central|north|south|(?:north|south)?(?:east|west))-\d+$")
_FIPS = re.compile(r"-fips$")


class Partition(msgspec.Struct, frozen=True):
    """One AWS partition: its name, what its regions look like, and its DNS suffixes."""

    name: str
    regions: re.Pattern[str]
    dns_suffix: str
    dual_stack_suffix: str
    other_suffixes: tuple[str, ...]


@cache
def partitions() -> tuple[Partition, ...]:
    """Every partition that botocore knows, the commercial one first."""
    document = msgspec.json.decode(files("botocore").joinpath("data/partitions.json").read_bytes())
    entries = document["partitions"]
    return tuple(_partition(entry["id"], entry["regionRegex"], entry["outputs"]) for entry in entries)


def partition(region: str) -> Partition:
    """The partition of a region; a region that no pattern knows is taken for a commercial one."""
    return next((one for one in partitions() if one.regions.fullmatch(region)), partitions()[0])


def is_region(text: str) -> bool:
    """Whether ``text`` has the form of a region's name in any partition."""
    return any(one.regions.fullmatch(text) for one in partitions())


def is_spelled_well(region: str) -> bool:
    """Whether a region's name says a part of the world that AWS's names say: ``us-est-1`` does not."""
    return is_region(region) and _QUARTER.search(region) is not None


def asked_for(words: Iterable[str]) -> tuple[str, ...]:
    """The endpoint suffixes that people's words mean, each once.  ``ValueError`` for one that means none."""
    found = tuple(dict.fromkeys(one for word in words for one in _FAMILIES.get(word, (word,))))
    unknown = [one for one in found if one not in SERVICES]
    if unknown:
        raise ValueError(f"unknown service {unknown[0]}: there are {', '.join((*_FAMILIES, *SERVICES))}")
    return found


def host(service: str, region: str, account: str = "") -> str:
    """The name that the agent calls for an endpoint suffix: IPv4, not FIPS.

    ``account`` owns the registry for ``ecr.dkr`` and is not used otherwise.  S3's name is the bucket of
    ECR's layers: that is what an image pull needs of S3.
    """
    suffix = partition(region).dns_suffix
    match service:
        case "ecr.api":
            return f"api.ecr.{region}.{suffix}"
        case "ecr.dkr":
            return f"{account}.dkr.ecr.{region}.{suffix}"
        case "s3":
            return bucket_host(f"prod-{region}-starport-layer-bucket", region)
        case "ecs-agent":
            return service_connect_host(region)
        case _:
            return f"{_LABELS.get(service, service)}.{region}.{suffix}"


def bucket_host(bucket: str, region: str) -> str:
    """The virtual-host name of a bucket in its region."""
    return f"{bucket}.s3.{region}.{partition(region).dns_suffix}"


def file_system_host(file_system: str, region: str) -> str:
    """The name of an EFS file system, which has one address an availability zone."""
    return f"{file_system}.efs.{region}.{partition(region).dns_suffix}"


def service_connect_host(region: str) -> str:
    """Where Service Connect's proxy gets its configuration; a VPC endpoint for ``ecs-agent`` answers there.

    https://docs.aws.amazon.com/cli/latest/reference/ecs/discover-poll-endpoint.html
    """
    of = partition(region)
    return f"ecs-sc.{region}.{of.dual_stack_suffix}"


def service_name(service: str, region: str) -> str:
    """What a VPC endpoint for the service is called: ``com.amazonaws.REGION.SUFFIX`` and its relatives."""
    of = partition(region)
    if of.name == "aws-cn" and service not in _CHINESE_NAMES:
        return f"com.amazonaws.{region}.{service}"
    return f"{'.'.join(reversed(of.dns_suffix.split('.')))}.{region}.{service}"


def suffix_of(name: str) -> str | None:
    """The endpoint suffix of a host name, in any region, partition, FIPS, dual-stack or endpoint form.

    ``None`` for a name that is not an AWS service's.
    """
    stem = _stem(name.rstrip(".").lower())
    if stem is None:
        return None
    labels = [label for label in stem.split(".") if label != "dualstack" and not label.startswith("vpce-")]
    regional = [label for label in labels if not is_region(label)]
    return _suffix([_FIPS.sub("", label) for label in regional])


def region_of(name: str) -> str | None:
    """The region that a host name of AWS names, if it names one."""
    return next((label for label in reversed(name.lower().split(".")) if is_region(label)), None)


def _suffix(labels: list[str]) -> str | None:
    match labels:
        case []:
            return None
        case ["api", "ecr"] | ["ecr"]:
            return "ecr.api"
        case [_, "dkr", "ecr"] | [_, "dkr-ecr"] | ["dkr", "ecr"] | ["dkr-ecr"]:
            return "ecr.dkr"
        case _ if _S3_PREFIX.search(".".join(labels)):
            return "s3"
        case [service]:
            return _SUFFIXES.get(service, service)
        case _:
            return None


def _stem(name: str) -> str | None:
    """What precedes the DNS suffix of a partition; the longest suffix decides."""
    suffixes = sorted((s for one in partitions() for s in (one.dns_suffix, *one.other_suffixes)), key=len)
    found = next((s for s in reversed(suffixes) if name.endswith(f".{s}")), None)
    if found is None:
        return None
    return name.removesuffix(f".{found}").removesuffix(".vpce")


def _partition(name: str, regions: str, outputs: dict[str, str]) -> Partition:
    dual = outputs["dualStackDnsSuffix"]
    registry = dual.replace("api.aws", "on.aws").replace("api.amazon", "on.amazon")
    others = tuple({dual, registry} - {outputs["dnsSuffix"]})
    return Partition(name, re.compile(regions), outputs["dnsSuffix"], dual, others)
