"""Resources on which no start of a task depends: a stand-in takes their name, and the lab says so."""

from __future__ import annotations

from probe.lab.cloudformation.kinds.kind import Hands, Made, Properties

FAMILIES = frozenset(
    {
        "ApplicationAutoScaling", "AutoScaling", "AutoScalingPlans", "Backup", "Budgets",
        "CertificateManager", "Chatbot", "CloudFront", "CloudTrail", "CloudWatch", "CodeBuild",
        "CodeCommit", "CodeDeploy", "CodePipeline", "CodeStarConnections", "Cognito", "DynamoDB",
        "ElastiCache", "Events", "GuardDuty", "Kinesis", "KinesisFirehose", "Lambda",
        "OpenSearchService", "Pipes", "RDS", "ResourceGroups", "SNS", "SQS", "Scheduler",
        "ServiceDiscovery", "StepFunctions", "Synthetics", "WAFv2", "XRay",
    }
)  # fmt: skip
"""Services of which nothing lies on the way of a starting task."""

TYPES = frozenset(
    {
        "AWS::CDK::Metadata",
        "AWS::CloudFormation::WaitConditionHandle",
        "AWS::EC2::FlowLog",
        "AWS::EC2::KeyPair",
        "AWS::EC2::LaunchTemplate",
        "AWS::ECR::PullThroughCacheRule",
        "AWS::ECS::CapacityProvider",
        "AWS::ElasticLoadBalancingV2::ListenerCertificate",
        "AWS::Logs::LogStream",
        "AWS::Logs::MetricFilter",
        "AWS::Logs::QueryDefinition",
        "AWS::Logs::SubscriptionFilter",
        "AWS::Route53::HealthCheck",
        "AWS::SSM::MaintenanceWindow",
        "AWS::SecretsManager::RotationSchedule",
        "AWS::SecretsManager::SecretTargetAttachment",
    }
)
"""The same of services of which other things do."""


def aside(kind: str) -> bool:
    """Whether a type is one that a task's start does not meet."""
    return kind in TYPES or kind.split("::")[1] in FAMILIES


class _Attributes(dict[str, str]):
    """Every attribute has a value that says what it is."""

    def __init__(self, name: str, arn: str) -> None:
        super().__init__({"Arn": arn})
        self._name = name

    def __missing__(self, attribute: str) -> str:
        return f"{self._name}.{attribute}"


def stand_in(kind: str, hands: Hands, _: Properties) -> Made:
    """Made of its name alone."""
    service, resource = kind.removeprefix("AWS::").split("::")
    arn = hands.arn(service.lower(), f"{resource.lower()}/{hands.name}")
    return Made(hands.name, attributes=_Attributes(hands.name, arn))
