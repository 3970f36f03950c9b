"""Small cases that the report's tests are made of: two subnets, two needed targets and one that is not."""

from __future__ import annotations

from probe.diagnosis.case import Case
from probe.evidence.snapshot import Denied, Snapshot, Vpc
from probe.exits import Exit
from probe.model import (
    Call,
    Confidence,
    Failure,
    Finding,
    Fix,
    Kind,
    Layer,
    Observation,
    Outcome,
    Road,
    Severity,
    Spec,
    Status,
    Target,
)

SUBNETS = ("subnet-a", "subnet-b")
OPERATIONS = {
    Layer.DNS: "resolve-system",
    Layer.TCP: "connect",
    Layer.TLS: "handshake",
    Layer.HTTP: "request",
    Layer.CALL: "ecr:GetAuthorizationToken",
}
ACLS_DENIED = Denied(
    action="ec2:DescribeNetworkAcls", resource="*", words="User: arn:aws:iam::123456789012:user/eve may not"
)

SPEC = Spec(
    region="us-east-1",
    account="123456789012",
    cluster="prod",
    service="checkout",
    subnets=SUBNETS,
    security_groups=("sg-task",),
)
SNAPSHOT = Snapshot(
    vpcs=(Vpc(id="vpc-1", cidrs=("10.0.0.0/16",)),),
    subnets=(),
    route_tables=(),
    network_acls=(),
    security_groups=(),
    endpoints=(),
    interfaces=(),
    nat_gateways=(),
    internet_gateways=(),
    prefix_lists=(),
    dhcp_options=(),
)
BLOCKED = Finding(
    code="endpoint-sg-blocks-ingress",
    subject="sg-endpoints",
    confidence=Confidence.CORROBORATED,
    title="The security group of the endpoints does not admit the task",
    explanation="No ingress rule of sg-endpoints admits sg-task, or the task's address, on TCP 443.",
    evidence=("connecting to 10.0.1.10:443 (ecr.api) timed out after 8 s",),
    fix=Fix(
        cli=(
            (
                "aws ec2 authorize-security-group-ingress --group-id sg-endpoints --protocol tcp --port 443"
                " --source-group sg-task"
            ),
        )
    ),
    docs="docs/findings/endpoint-sg-blocks-ingress.md",
    subnets=("subnet-a",),
    targets=("ecr.api",),
    explains=("CannotPullContainerError: i/o timeout",),
)
FRAGILE = Finding(
    code="dns-tcp-blocked",
    subject="sg-task",
    severity=Severity.WARNING,
    confidence=Confidence.MEASURED,
    title="DNS works over UDP only",
    explanation="Answers above 512 bytes will fail.",
    docs="docs/findings/dns-tcp-blocked.md",
    subnets=SUBNETS,
    targets=("ecr.api",),
)


def target(name: str, *, needed: bool = True, calls: tuple[Call, ...] = ()) -> Target:
    """One endpoint in the task's region."""
    return Target(
        name=name,
        service=name,
        host=f"{name}.us-east-1.amazonaws.com",
        region="us-east-1",
        needed=needed,
        because="the image",
        group=name,
        calls=calls,
    )


ECR = target("ecr.api", calls=(Call(operation="ecr:GetAuthorizationToken"),))
S3 = target("s3")
KMS = target("kms", needed=False)
TARGETS = (ECR, S3, KMS)


def seen(of: Target, layer: Layer, kind: Kind | None = None, road: Road = Road.LOG) -> Observation:
    """One observation of a layer: it failed in this way, or it passed."""
    operation = OPERATIONS[layer]
    return Observation(
        target=of.name,
        layer=layer,
        operation=operation,
        road=road,
        status=Status.FAIL if kind else Status.PASS,
        address="10.0.1.10" if layer is not Layer.CALL else None,
        failure=Failure(operation=operation, kind=kind, words=f"{operation}: {kind}") if kind else None,
    )


def upto(of: Target, layer: Layer, kind: Kind) -> tuple[Observation, ...]:
    """A target that fails in one layer: passes before it, skips after it."""
    layers = list(OPERATIONS)
    below = tuple(seen(of, one) for one in layers[: layers.index(layer)])
    above = tuple(
        Observation(
            target=of.name,
            layer=one,
            operation=OPERATIONS[one],
            status=Status.SKIP,
            because=f"{layer} failed",
        )
        for one in layers[layers.index(layer) + 1 :]
    )
    return (*below, seen(of, layer, kind), *above)


def works(of: Target) -> tuple[Observation, ...]:
    """A target on which every layer, and its call where it has one, passes."""
    layers = OPERATIONS if of.calls else of.layers
    return tuple(seen(of, layer) for layer in layers)


def outcome(
    subnet: str,
    *observations: Observation,
    total: int | None = None,
    complete: bool = True,
    ended: str = "the probe reported",
) -> Outcome:
    """How one probe ended; ``total`` is the exit code of its last reporter."""
    return Outcome(
        subnet=subnet,
        az=f"us-east-1{subnet[-1]}",
        ended=ended,
        complete=complete,
        exit_codes={} if total is None else {"verdict": total},
        observations=observations,
    )


def case(*outcomes: Outcome, offline: tuple[Finding, ...] = (), snapshot: Snapshot = SNAPSHOT) -> Case:
    """A case of the service above."""
    return Case(
        spec=SPEC, requirements=(), targets=TARGETS, outcomes=outcomes, snapshot=snapshot, offline=offline
    )


def healthy(subnet: str) -> Outcome:
    """A probe on which everything works."""
    return outcome(subnet, *works(ECR), *works(S3), *works(KMS), total=Exit.HEALTHY)
