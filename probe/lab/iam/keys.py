"""The condition keys that the lab knows: those it fills, and those that a request here rightly lacks.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

_GLOBAL = frozenset(
    {
        "calledvia",
        "calledviafirst",
        "calledvialast",
        "currenttime",
        "ec2instancesourceprivateipv4",
        "ec2instancesourcevpc",
        "epochtime",
        "federatedprovider",
        "multifactorauthage",
        "multifactorauthpresent",
        "principalaccount",
        "principalarn",
        "principalisawsservice",
        "principalorgid",
        "principalorgpaths",
        "principalservicename",
        "principalservicenameslist",
        "principaltype",
        "referer",
        "requestedregion",
        "resourceaccount",
        "resourceorgid",
        "resourceorgpaths",
        "securetransport",
        "sourceaccount",
        "sourcearn",
        "sourceidentity",
        "sourceip",
        "sourceorgid",
        "sourceorgpaths",
        "sourcevpc",
        "sourcevpcarn",
        "sourcevpce",
        "tagkeys",
        "tokenissuetime",
        "useragent",
        "userid",
        "username",
        "viaawsservice",
        "vpcsourceip",
    }
)
_TAGS = ("principaltag/", "resourcetag/", "requesttag/")
_OF_SERVICES = frozenset(
    {
        "ecs:cluster",
        "elasticfilesystem:accessedviamounttarget",
        "elasticfilesystem:accesspointarn",
        "iam:awsservicename",
        "iam:passedtoservice",
        "iam:permissionsboundary",
        "kms:calleraccount",
        "kms:encryptioncontextkeys",
        "kms:grantisforawsresource",
        "kms:viaservice",
        "s3:authtype",
        "s3:max-keys",
        "s3:prefix",
        "s3:resourceaccount",
        "s3:signatureversion",
        "s3:tlsversion",
        "secretsmanager:secretid",
        "secretsmanager:versionid",
        "secretsmanager:versionstage",
        "ssm:recursive",
        "sts:externalid",
        "sts:rolesessionname",
        "sts:sourceidentity",
    }
)
_FAMILIES = (
    "ecr:resourcetag/",
    "ecs:resourcetag/",
    "iam:resourcetag/",
    "kms:encryptioncontext:",
    "s3:x-amz-",
    "secretsmanager:resourcetag/",
    "ssm:resourcetag/",
)


def is_known(key: str) -> bool:
    """Whether the lab can say what a request has for a condition key."""
    folded = key.lower()
    scope, _, name = folded.partition(":")
    if scope == "aws":
        return name in _GLOBAL or name.startswith(_TAGS)
    return folded in _OF_SERVICES or folded.startswith(_FAMILIES)
