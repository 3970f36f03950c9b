"""What the calls of a start ask IAM for: actions and the ARNs of their resources.

The service authorization reference has both for every call:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from probe.model import Call, Noun, Spec, Target

PULL = "registry:Pull"
DECRYPT = "kms:Decrypt"
READS = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
"""What a pull through the registry's own protocol asks of IAM."""
COMPANIONS = {
    PULL: READS,
    "ecr:BatchGetImage": READS,
    "logs:CreateLogStream": ("logs:CreateLogStream", "logs:PutLogEvents"),
}
"""Actions that one step needs together: admitting the first alone moves the denial to the next."""
_WITHOUT_RESOURCE = frozenset({"ecr:GetAuthorizationToken"})


class Demand(Noun, kw_only=True):
    """One permission that a start needs: the service that is asked, the action, and on what."""

    service: str
    action: str
    resource: str


def demands(spec: Spec, targets: Iterable[Target]) -> tuple[Demand, ...]:
    """Every permission that the needed calls of a start ask for, each once."""
    found = (one for target in targets if target.needed for one in _of_target(spec, target))
    return tuple(dict.fromkeys(found))


def _of_target(spec: Spec, target: Target) -> Iterator[Demand]:
    calls = [call for call in target.calls if call.needed and ":" in call.operation]
    for call in calls:
        if call.operation == PULL and target.service != "ecr.dkr":
            continue  # Another registry asks no IAM.
        on = resource(spec, target, call)
        for action in COMPANIONS.get(call.operation, (call.operation,)):
            yield Demand(
                service=target.service, action=action, resource="*" if action in _WITHOUT_RESOURCE else on
            )


def resource(spec: Spec, target: Target, call: Call | None) -> str:
    """The resource of a call as IAM writes it; of no call, all that the target has."""
    reference = call.reference if call is not None else ""
    if call is not None and call.operation in _WITHOUT_RESOURCE:
        return "*"
    if reference.startswith("arn:"):
        return ":".join(reference.split(":")[:7]) if ":secretsmanager:" in reference else reference
    return _written(spec, target, reference)


def _written(spec: Spec, target: Target, reference: str) -> str:
    """The ARN of what is called by a name."""
    stem = f"arn:{spec.partition}:{{}}:{target.region}:{spec.account}"
    match target.service:
        case "logs":
            return f"{stem.format('logs')}:log-group:{reference or '*'}:*"
        case "s3" if not reference:
            return f"arn:{spec.partition}:s3:::{target.host.partition('.')[0]}/*"
        case "ssm":
            return f"{stem.format('ssm')}:parameter/{reference.lstrip('/') or '*'}"
        case "ecr.dkr":
            repository = reference.partition("/")[2].partition("@")[0].partition(":")[0]
            account = reference.partition(".")[0] or spec.account
            return f"arn:{spec.partition}:ecr:{target.region}:{account}:repository/{repository or '*'}"
        case _:
            return reference or "*"
