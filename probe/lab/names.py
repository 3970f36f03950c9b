"""AWS's host names: which service a name belongs to, and the public address it has in the lab's world.

The lab's own table, on purpose: the probe has one too, and the two must not share a mistake.
"""

from __future__ import annotations

import ipaddress
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

PUBLIC_RANGES = ("198.51.100.0/24", "192.0.2.0/24")
"""Where public AWS lives, S3 in the second (documentation ranges, RFC 5737).

203.0.113.0/24 is the customers'.
"""

S3_HOME_RANGE = "192.0.2.0/25"
S3_ELSEWHERE_RANGE = "192.0.2.128/25"

_REGION = r"(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)"
_SUFFIX = r"\.amazonaws\.com(?:\.cn)?"
_DUAL_STACK = (r"\.on\.aws", r"\.api\.aws")


@dataclass(frozen=True)
class Service:
    """A service as VPC endpoints name it (``suffix``), as botocore does (``api``), and its hosts.

    ``hosts`` are patterns of what precedes ``.amazonaws.com``, with ``{region}`` in them; one without it is
    global, and a dual-stack one ends in its own suffix.
    """

    suffix: str
    api: str | None
    hosts: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """What a host name is: a service in a region, its plain name, and the ``label`` before that."""

    service: Service
    region: str
    host: str
    label: str = ""

    @property
    def suffix(self) -> str:
        return self.service.suffix


def _plain(suffix: str, api: str | None = None) -> Service:
    return Service(suffix, api or suffix, (rf"{re.escape(suffix)}(?:-fips)?\.{{region}}",))


SERVICES: tuple[Service, ...] = (
    Service("ecr.api", "ecr", (r"(?:api\.ecr|ecr-fips)\.{region}",)),
    Service(
        "ecr.dkr",
        None,
        (
            r"(?P<label>\d{{12}})\.dkr\.ecr(?:-fips)?\.{region}",
            r"(?P<label>\d{{12}})\.dkr-ecr(?:-fips)?\.{region}\.on\.aws",
        ),
    ),
    Service(
        "s3",
        "s3",
        (
            r"(?:(?P<label>[a-z0-9][a-z0-9.-]+)\.)?s3(?:-fips)?(?:\.dualstack)?[.-]{region}",
            r"(?:(?P<label>[a-z0-9][a-z0-9.-]+)\.)?s3",
        ),
    ),
    Service("sts", "sts", (r"sts(?:-fips)?\.{region}", r"sts")),
    Service("iam", "iam", (r"iam",)),
    Service("route53", "route53", (r"route53",)),
    Service("account", "account", (r"account\.{region}",)),
    Service("organizations", "organizations", (r"organizations\.{region}",)),
    Service("monitoring", "cloudwatch", (r"monitoring\.{region}",)),
    Service("elasticloadbalancing", "elbv2", (r"elasticloadbalancing\.{region}",)),
    Service("elasticfilesystem", "efs", (r"elasticfilesystem(?:-fips)?\.{region}",)),
    Service("tagging", "resourcegroupstaggingapi", (r"tagging\.{region}",)),
    Service("ecs-agent", "ecs", (r"ecs-a(?:-\d+)?\.{region}", r"ecs-sc\.{region}\.api\.aws")),
    Service("ecs-telemetry", "ecs", (r"ecs-t(?:-\d+)?\.{region}",)),
    _plain("secretsmanager"),
    _plain("ssm"),
    _plain("kms"),
    _plain("logs"),
    _plain("ecs"),
    _plain("ec2"),
    _plain("lambda"),
    _plain("cloudformation"),
    _plain("cloudtrail"),
    _plain("application-autoscaling"),
    _plain("servicediscovery"),
    _plain("route53resolver"),
    _plain("network-firewall"),
    _plain("ram"),
    _plain("acm"),
    _plain("events"),
    _plain("sqs"),
    _plain("sns"),
    _plain("dynamodb"),
    _plain("ssmmessages"),
    _plain("ec2messages"),
    _plain("xray"),
    Service("kinesis-firehose", "firehose", (r"firehose(?:-fips)?\.{region}",)),
    Service("kinesis-streams", "kinesis", (r"kinesis(?:-fips)?\.{region}",)),
    _plain("guardduty-data"),
)

_STEMS = {
    "ecr.api": ("api.ecr",),
    "ecr.dkr": ("dkr.ecr", "*.dkr.ecr"),
    "s3": ("s3", "*.s3"),
    "ecs-agent": ("ecs-a", "*.ecs-a"),
    "ecs-telemetry": ("ecs-t", "*.ecs-t"),
    "kinesis-firehose": ("firehose",),
    "kinesis-streams": ("kinesis",),
}
"""What precedes the region in the names of services that are not called like their endpoints."""

_BY_SUFFIX = {service.suffix: service for service in SERVICES}
_ENDPOINT_NAME = re.compile(
    r"(?:[^.]+\.)*?vpce-[a-z0-9-]+\.(?P<stem>.+)\.vpce(?P<tail>\.amazonaws\.com(?:\.cn)?)"
)


def _patterns() -> Iterator[tuple[re.Pattern[str], Service]]:
    for service in SERVICES:
        for host in service.hosts:
            whole = host if host.endswith(_DUAL_STACK) else host + _SUFFIX
            yield (
                re.compile(whole.replace("{region}", _REGION).replace("{{", "{").replace("}}", "}")),
                service,
            )


_PATTERNS = tuple(_patterns())


def canonical(host: str) -> str:
    """The service's own name for an endpoint's (``vpce-….ssm.R.vpce.amazonaws.com``); others unchanged."""
    name = host.lower().rstrip(".")
    named = _ENDPOINT_NAME.fullmatch(name)
    return named["stem"] + named["tail"] if named else name


def service_of_endpoint(service_name: str) -> Service | None:
    """The service that ``com.amazonaws.REGION.SUFFIX`` names, or None for one the lab does not serve."""
    return _BY_SUFFIX.get(re.sub(r"^(?:cn\.)?com\.amazonaws\.[a-z0-9-]+\.", "", service_name))


def private_zones(suffix: str, region: str) -> tuple[str, ...]:
    """The names that an interface endpoint's private DNS answers; a leading ``*.`` covers all below.

    https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    """
    tail = ".amazonaws.com.cn" if region.startswith("cn-") else ".amazonaws.com"
    names = tuple(f"{stem}.{region}{tail}" for stem in _STEMS.get(suffix, (suffix,)))
    return (*names, f"ecs-sc.{region}.api.aws") if suffix == "ecs-agent" else names


@dataclass
class Names:
    """The world's directory: host names to places and public addresses, handed out once and kept.

    ``regions`` are the regions that exist, ``home`` the one whose S3 range the lab's prefix list holds.
    ``outside`` are hosts that are not AWS's: each is a service of its own, named after its host.
    """

    home: str
    regions: frozenset[str]
    outside: set[str] = field(default_factory=set)
    _given: dict[tuple[str, str], str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def locate(self, host: str) -> Place | None:
        """The service and region behind a name, or None when nobody has such a name."""
        plain = canonical(host)
        for pattern, service in _PATTERNS:
            found = pattern.fullmatch(plain)
            if found:
                parts = found.groupdict()
                region = parts.get("region") or "us-east-1"
                known = region in self.regions
                return Place(service, region, plain, parts.get("label") or "") if known else None
        return Place(Service(plain, None, ()), "", plain) if plain in self.outside else None

    def knows(self, service: str) -> bool:
        """Whether there is a service of that suffix, or a host outside AWS of that name."""
        return service in _BY_SUFFIX or service in self.outside

    def address(self, host: str) -> str | None:
        """The public IPv4 address of a name, or None when nobody has published one."""
        place = self.locate(host)
        if place is None:
            return None
        with self._lock:
            key = (place.suffix, place.region)
            if key not in self._given:
                self._given[key] = self._free(place)
            return self._given[key]

    def at(self, address: str) -> tuple[str, str] | None:
        """The (suffix, region) that lives at a public address."""
        with self._lock:
            return next((key for key, given in self._given.items() if given == address), None)

    def host(self, suffix: str, region: str) -> str:
        """A plain host name of a service: the one that its certificate is for when no name is asked."""
        if suffix not in _BY_SUFFIX:
            return suffix
        if _BY_SUFFIX[suffix].hosts == (suffix,):
            return f"{suffix}.amazonaws.com"
        zone = private_zones(suffix, region)[-1]
        return zone.replace("*", "000000000000") if suffix == "ecr.dkr" else private_zones(suffix, region)[0]

    def s3_range(self, region: str) -> str:
        """The CIDR block that S3's prefix list of a region holds."""
        if region == self.home:
            return S3_HOME_RANGE
        blocks = list(ipaddress.ip_network(S3_ELSEWHERE_RANGE).subnets(new_prefix=32))
        return str(blocks[sorted(self.regions - {self.home}).index(region) % len(blocks)])

    def _free(self, place: Place) -> str:
        if place.suffix == "s3":
            block = ipaddress.ip_network(self.s3_range(place.region))
            return str(block[min(1, block.num_addresses - 1)])
        taken = set(self._given.values())
        pool = (str(host) for host in ipaddress.ip_network(PUBLIC_RANGES[0]).hosts())
        return next(address for address in pool if address not in taken)
