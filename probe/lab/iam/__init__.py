"""The lab's IAM: who a request comes from, and whether every policy lets it pass.

moto checks neither resources nor conditions; it keeps the policies, and this package evaluates them as AWS
does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from probe.lab.api.calls import Call
from probe.lab.api.errors import ApiError
from probe.lab.iam import looking_up, stored, trust
from probe.lab.iam.actions import Asked, asked
from probe.lab.iam.credentials import issue, signature
from probe.lab.iam.evaluation import Decision, decide
from probe.lab.iam.messages import denial
from probe.lab.iam.policies import Question
from probe.lab.iam.principals import Credentials, Principal
from probe.lab.wire import Request

__all__ = ["Credentials", "Denied", "Iam", "NotAssumable", "Principal"]


class Denied(ApiError):
    """A policy said no, or none said yes; ``message`` is AWS's, ``clause`` its reason alone."""

    def __init__(self, message: str, clause: str) -> None:
        super().__init__("AccessDeniedException", message)
        self.clause = clause


class NotAssumable(Exception):
    """There is no such role, or its trust policy does not admit the service."""


class Iam:
    """Answers by moto's present state; ``backend(api)`` gives moto's backend of a service."""

    def __init__(self, backend: stored.Backend, account: str) -> None:
        self._backend, self._account = backend, account
        self._issued: dict[str, Credentials] = {}

    def authenticate(self, request: Request) -> Principal | None:
        """The caller, or None for an unsigned request.  Raises ApiError for keys that do not hold."""
        signed = signature(request)
        if signed is None:
            return None
        user = stored.user_of_key(self._backend, self._account, signed.access_key)
        if user is not None and not signed.token:
            return user
        principal, ends, token = self._session(signed.access_key)
        if principal is None or token != signed.token:
            raise ApiError(
                "UnrecognizedClientException", "The security token included in the request is invalid."
            )
        if ends <= datetime.now(UTC):
            raise ApiError("ExpiredTokenException", "The security token included in the request is expired")
        return principal

    def _session(self, access_key: str) -> tuple[Principal | None, datetime, str]:
        mine = self._issued.get(access_key)
        if mine is not None:
            return (
                stored.session_principal(self._backend, mine.role_arn, mine.session),
                mine.expiration,
                mine.token,
            )
        return stored.session_of_key(self._backend, access_key) or (
            None,
            datetime.max.replace(tzinfo=UTC),
            "",
        )

    def assume(self, role_arn: str, service: str, session_name: str) -> Credentials:
        """Keys of a new session that an AWS service opens.  Raises NotAssumable."""
        role = stored.role(self._backend, role_arn)
        if role is None:
            raise NotAssumable(f"{role_arn} does not exist")
        if not trust.admits_service(role, service):
            raise NotAssumable(f"the trust policy of {role_arn} does not admit {service}")
        made = issue(role_arn, session_name)
        self._issued[made.access_key] = made
        return made

    def principal(self, credentials: Credentials) -> Principal | None:
        """The caller that issued keys stand for."""
        return stored.session_principal(self._backend, credentials.role_arn, credentials.session)

    def decide(
        self,
        principal: Principal | None,
        asking: Asked,
        context: Mapping[str, str] | None = None,
        endpoint: str | None = None,
    ) -> tuple[Question, Decision]:
        """AWS's decision, and the question as it was put."""
        keys = {**(principal.context if principal else {}), **(context or {})}
        question = Question(principal, asking.action, asking.resource, keys)
        return question, decide(question, stored.policies(self._backend, question, endpoint))

    def authorize(
        self,
        principal: Principal | None,
        action: str,
        resource: str,
        context: Mapping[str, str] | None = None,
        endpoint: str | None = None,
    ) -> None:
        """Raise Denied unless the caller may; ``endpoint`` is the VPC endpoint the request came through."""
        question, decision = self.decide(principal, Asked(action, resource), context, endpoint)
        if not decision.allowed:
            raise Denied(denial(question, decision.clause), decision.clause)

    def permit(self, call: Call) -> None:
        """Raise Denied unless every permission that a call needs is there."""
        known, roles = looking_up.resources(self._backend, call), looking_up.roles(self._backend, call)
        for each in asked(call, known, roles):
            context = self.context(call.request, call.region)
            if each.passed_to:
                context["iam:PassedToService"] = each.passed_to
            # The endpoint's policy speaks of the calls that pass it, not of the role that one of them names.
            endpoint = None if each.passed_to else call.request.endpoint
            self.authorize(call.principal, each.action, each.resource, context, endpoint)

    def context(self, request: Request, region: str) -> dict[str, str]:
        """The condition keys that a request has of itself."""
        keys = {
            "aws:SecureTransport": "true",
            "aws:RequestedRegion": region,
            "aws:CurrentTime": datetime.now(UTC).isoformat(),
        }
        if request.endpoint is None:
            return {**keys, "aws:SourceIp": request.source}
        endpoint = self._backend("ec2").vpc_end_points.get(request.endpoint)
        vpc = {"aws:SourceVpc": endpoint.vpc_id} if endpoint else {}
        return {**keys, **vpc, "aws:SourceVpce": request.endpoint, "aws:VpcSourceIp": request.source}
