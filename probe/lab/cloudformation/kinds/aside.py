"""Resources on which no start of a task depends: a stand-in takes their name."""

from __future__ import annotations

from probe.lab.cloudformation.kinds.kind import Hands, Made, Properties

IN_THE_WAY = frozenset(
    {
        "CloudFormation", "DirectConnect", "EC2", "ECR", "ECS", "EFS", "FMS", "IAM", "KMS", "Logs",
        "NetworkFirewall", "NetworkManager", "NetworkSecurityManager", "Organizations", "RAM", "Route53",
        "Route53GlobalResolver", "Route53Profiles", "Route53Resolver", "S3", "SSM", "SecretsManager",
        "Serverless", "VpcLattice",
    }
)  # fmt: skip
"""The services of which something may lie on the way of a starting task; of others nothing does."""

_HARMLESS = {
    "CloudFormation": "HookDefaultVersion HookTypeConfig HookVersion Macro WaitCondition WaitConditionHandle",
    "EC2": "CapacityReservation CapacityReservationFleet ClientVpnAuthorizationRule ClientVpnEndpoint"
    " ClientVpnRoute ClientVpnTargetNetworkAssociation EC2Fleet FlowLog Host InstanceConnectEndpoint"
    " InstanceEventWindow KeyPair LaunchTemplate NetworkInsightsAccessScope"
    " NetworkInsightsAccessScopeAnalysis NetworkInsightsAnalysis NetworkInsightsPath"
    " NetworkInterfacePermission PlacementGroup SnapshotBlockPublicAccess SpotFleet TrafficMirrorFilter"
    " TrafficMirrorFilterRule TrafficMirrorSession TrafficMirrorTarget VPCEndpointConnectionNotification"
    " VPCEndpointService VPCEndpointServicePermissions VerifiedAccessEndpoint VerifiedAccessGroup"
    " VerifiedAccessInstance VerifiedAccessTrustProvider Volume VolumeAttachment",
    "ECR": "PublicRepository PullTimeUpdateExclusion RegistryScanningConfiguration ReplicationConfiguration"
    " RepositoryCreationTemplate SigningConfiguration",
    "ECS": "CapacityProvider",
    "IAM": "AccessKey GroupPolicy OIDCProvider SAMLProvider ServerCertificate UserPolicy"
    " UserToGroupAddition VirtualMFADevice",
    "Logs": "AccountPolicy Delivery DeliveryDestination DeliverySource Destination Integration"
    " LogAnomalyDetector LogStream MetricFilter QueryDefinition ResourcePolicy ScheduledQuery"
    " StorageTierPolicy SubscriptionFilter Transformer",
    "Route53": "CidrCollection DNSSEC DelegationSet HealthCheck KeySigningKey QueryLoggingConfig",
    "Route53Resolver": "ResolverQueryLoggingConfig ResolverQueryLoggingConfigAssociation",
    "S3": "AccessGrant AccessGrantsInstance AccessGrantsLocation AccessPoint MultiRegionAccessPoint"
    " MultiRegionAccessPointPolicy StorageLens StorageLensGroup",
    "SSM": "Association Document MaintenanceWindow MaintenanceWindowTarget MaintenanceWindowTask OpsItem"
    " PatchBaseline ResourceDataSync ResourcePolicy ServiceSetting",
    "SecretsManager": "RotationSchedule SecretTargetAttachment",
    "Serverless": "Api Connector Function GraphQLApi HttpApi LayerVersion SimpleTable StateMachine",
}
HARMLESS = {service: frozenset(names.split()) for service, names in _HARMLESS.items()}
"""What of those services does not."""


def aside(kind: str) -> bool:
    """Whether a type is one that a task's start does not meet."""
    match kind.split("::"):
        case ["AWS", service, resource]:
            return service not in IN_THE_WAY or resource in HARMLESS.get(service, ())
        case _:
            return False


_CALLED_BY_ARN = frozenset(
    {
        "ACMPCA", "APS", "AppMesh", "Batch", "CodeConnections", "CodeStarConnections", "Lambda::Alias",
        "Lambda::LayerVersion", "Lambda::Version", "MSK", "SNS::Subscription", "SNS::Topic",
        "StepFunctions",
    }
)  # fmt: skip
"""Services, or single types, whose ``Ref`` is an ARN and not a name."""

_PORTS = {"ElastiCache": "6379", "MemoryDB": "6379", "DocDB": "27017", "Neptune": "8182", "Redshift": "5439"}
_DATABASE = "3306"


class _Attributes(dict[str, str]):
    """Every attribute has a value of its form: an ARN, a port, else a text that says what it is."""

    def __init__(self, name: str, arn: str, port: str) -> None:
        super().__init__({"Arn": arn})
        self._name, self._arn, self._port = name, arn, port

    def __missing__(self, attribute: str) -> str:
        if attribute.endswith("Arn"):
            return self._arn
        return self._port if attribute.endswith("Port") else f"{self._name}.{attribute}"


def stand_in(kind: str, hands: Hands, given: Properties) -> Made:
    """Made of its name alone."""
    service, resource = kind.removeprefix("AWS::").split("::", 1)
    arn = hands.arn(service.lower(), f"{resource.lower()}/{hands.name}")
    port = str(given.get("Port") or _PORTS.get(service, _DATABASE))
    by_arn = {service, f"{service}::{resource}"} & _CALLED_BY_ARN
    return Made(arn if by_arn else hands.name, attributes=_Attributes(hands.name, arn, port))
