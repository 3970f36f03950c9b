"""The condition keys of a request: what it says of itself, of its caller and of the organization.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from datetime import UTC, datetime

from probe.lab.api.calls import Call
from probe.lab.iam import organization, resources, stored
from probe.lab.iam.principals import Principal
from probe.lab.wire import Request

_PARAMETERS = {
    ("iam", "AWSServiceName"): "iam:AWSServiceName",
    ("iam", "PermissionsBoundary"): "iam:PermissionsBoundary",
    ("s3", "Prefix"): "s3:prefix",
    ("s3", "MaxKeys"): "s3:max-keys",
    ("secretsmanager", "VersionId"): "secretsmanager:VersionId",
    ("secretsmanager", "VersionStage"): "secretsmanager:VersionStage",
    ("ssm", "Recursive"): "ssm:Recursive",
    ("sts", "ExternalId"): "sts:ExternalId",
    ("sts", "RoleSessionName"): "sts:RoleSessionName",
    ("sts", "SourceIdentity"): "sts:SourceIdentity",
}
"""A parameter of a call, and the condition key that it fills."""


def of_request(backend: stored.Backend, request: Request, region: str) -> dict[str, str]:
    """What a request has of itself: which way it came, when, and to which region."""
    now = datetime.now(UTC)
    keys = {
        "aws:SecureTransport": "true",
        "aws:RequestedRegion": region,
        "aws:CurrentTime": now.isoformat(),
        "aws:EpochTime": str(int(now.timestamp())),
        "aws:ViaAWSService": "false",
        "aws:UserAgent": request.headers.get("user-agent", ""),
        **_of_s3(request),
    }
    if request.endpoint is None:
        return {**keys, "aws:SourceIp": request.source}
    endpoint = backend("ec2").vpc_end_points.get(request.endpoint)
    if endpoint is not None:
        arn = f"arn:aws:ec2:{backend('ec2').region_name}:{backend('ec2').account_id}:vpc/{endpoint.vpc_id}"
        keys |= {"aws:SourceVpc": endpoint.vpc_id, "aws:SourceVpcArn": arn}
    return {**keys, "aws:SourceVpce": request.endpoint, "aws:VpcSourceIp": request.source}


def _of_s3(request: Request) -> dict[str, str]:
    """What S3 reads off a request, for the policies of buckets that are written everywhere.

    https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
    """
    presigned = "X-Amz-Signature" in request.query
    written = {f"s3:{name}": value for name, value in request.headers.items() if name.startswith("x-amz-")}
    return written | {
        "s3:TlsVersion": "1.3",
        "s3:authType": "REST-QUERY-STRING" if presigned else "REST-HEADER",
        "s3:signatureversion": "AWS4-HMAC-SHA256",
    }


def of_principal(backend: stored.Backend, principal: Principal | None) -> dict[str, str]:
    """Who asks, and the tags of the role or user."""
    if principal is None:
        return {}
    holder = stored.role(backend, principal.source_arn) if principal.account else None
    if holder is None and principal.account:
        holder = backend("iam", account=principal.account).users.get(principal.name)
    tags = resources.tags(holder)
    return principal.context | {f"aws:PrincipalTag/{name}": value for name, value in tags.items()}


def of_organization(backend: stored.Backend, principal: Principal | None, owner: str) -> dict[str, str]:
    """The organizations of the caller and of the resource, where they are in any."""
    mine = organization.identity(backend, principal.account) if principal else ""
    theirs = organization.identity(backend, owner) if owner else ""
    found = {"aws:PrincipalOrgID": mine, "aws:ResourceOrgID": theirs}
    return {name: value for name, value in found.items() if value}


def of_call(call: Call) -> dict[str, str | tuple[str, ...]]:
    """What the parameters of a call say."""
    given = {key: call.params.get(name) for (api, name), key in _PARAMETERS.items() if api == call.api}
    keys: dict[str, str | tuple[str, ...]] = {
        key: str(value).lower() if isinstance(value, bool) else str(value)
        for key, value in given.items()
        if value is not None
    }
    tags = call.params.get("Tags") or call.params.get("tags") or ()
    pairs = _pairs(tags)
    named = {f"aws:RequestTag/{name}": value for name, value in pairs.items()}
    if call.api == "kms":
        keys["kms:GrantIsForAWSResource"] = "false"
    return {**keys, **named, **({"aws:TagKeys": tuple(pairs)} if pairs else {})}


def _pairs(tags: object) -> dict[str, str]:
    """Tags as AWS's services write them: a mapping, or a list of Key and Value in either case."""
    if isinstance(tags, dict):
        return {str(name): str(value) for name, value in tags.items()}
    listed = [each for each in tags if isinstance(each, dict)] if isinstance(tags, list | tuple) else []
    folded = [{name.lower(): value for name, value in each.items()} for each in listed]
    return {str(each["key"]): str(each.get("value", "")) for each in folded if "key" in each}
