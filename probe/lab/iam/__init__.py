"""The lab's IAM: who a request comes from, and whether every policy lets it pass.

moto checks neither resources nor conditions; it keeps the policies, and this package evaluates them as AWS
does.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from probe.lab.api.calls import Call
from probe.lab.api.errors import ApiError
from probe.lab.iam import ecs, looking_up, stored, trust
from probe.lab.iam.actions import Asked, action_of, asked, is_free
from probe.lab.iam.credentials import issue, signature
from probe.lab.iam.evaluation import Decision, Policies, decide
from probe.lab.iam.messages import denial
from probe.lab.iam.policies import EVERYTHING, Question, statements
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
    """Answers by moto's present state, which it reads under ``lock``."""

    def __init__(self, backend: stored.Backend, account: str, lock: AbstractContextManager[object]) -> None:
        self._backend, self._account, self._lock = backend, account, lock
        self._issued: dict[str, Credentials] = {}

    def authenticate(self, request: Request) -> Principal | None:
        """The caller, or None for an unsigned request.  Raises ApiError for keys that do not hold."""
        signed = signature(request)
        if signed is None:
            return None
        with self._lock:
            user = stored.user_of_key(self._backend, self._account, signed.access_key)
            session = self._session(signed.access_key)
        if user is not None and not signed.token:
            return user
        if session is None or session.token != signed.token:
            text = "The security token included in the request is invalid."
            raise ApiError("UnrecognizedClientException", text)
        if session.ends <= datetime.now(UTC):
            raise ApiError("ExpiredTokenException", "The security token included in the request is expired")
        return session.principal

    def _session(self, access_key: str) -> stored.Session | None:
        mine = self._issued.get(access_key)
        if mine is None:
            return stored.session_of_key(self._backend, access_key)
        principal = stored.session_principal(self._backend, mine.role_arn, mine.session)
        return stored.Session(principal, mine.expiration, mine.token) if principal else None

    def assume(self, role_arn: str, service: str, session_name: str, *, spread: float = 0.0) -> Credentials:
        """Keys of a new session that an AWS service opens.  Raises NotAssumable.

        No service knows of a role that is younger than ``spread`` seconds.
        """
        with self._lock:
            role = stored.role(self._backend, role_arn)
        if role is None:
            raise NotAssumable(f"{role_arn} does not exist")
        if (datetime.now(UTC) - role.create_date.replace(tzinfo=UTC)).total_seconds() < spread:
            raise NotAssumable(f"{role_arn} is not known everywhere yet")
        if not trust.admits_service(role, service):
            raise NotAssumable(f"the trust policy of {role_arn} does not admit {service}")
        made = issue(role_arn, session_name)
        self._issued[made.access_key] = made
        return made

    def principal(self, credentials: Credentials) -> Principal | None:
        """The caller that issued keys stand for."""
        with self._lock:
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
        with self._lock:
            speaking = stored.policies(self._backend, question, endpoint)
        return question, decide(question, speaking)

    def simulate(self, principal: Principal, asking: Asked, context: Mapping[str, str]) -> Decision:
        """The decision of the principal's own policies alone, as IAM's simulator has it."""
        question = Question(principal, asking.action, asking.resource, {**principal.context, **context})
        with self._lock:
            speaking = stored.policies(self._backend, question, None)
        return decide(question, Policies(speaking.identity, speaking.boundary))

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
        context = {**self.context(call.request, call.region), **ecs.context(call)}
        with self._lock:
            known, roles = looking_up.resources(self._backend, call), looking_up.roles(self._backend, call)
        if is_free(call):
            self._pass(Question(call.principal, action_of(call), "*", context), call.request.endpoint)
            return
        for each in (*asked(call, known, roles), *ecs.tagging(call)):
            if each.passed_to:
                # The endpoint's policy speaks of the call that passes it, not of a role that the call names.
                passing = {**context, "iam:PassedToService": each.passed_to}
                self.authorize(call.principal, each.action, each.resource, passing)
            else:
                self.authorize(call.principal, each.action, each.resource, context, call.request.endpoint)

    def _pass(self, question: Question, endpoint: str | None) -> None:
        """What needs no permission needs an endpoint's all the same."""
        with self._lock:
            policy = stored.endpoint_policy(self._backend, endpoint)
        decision = decide(question, Policies(identity=statements(EVERYTHING), endpoint=policy))
        if not decision.allowed:
            raise Denied(denial(question, decision.clause), decision.clause)

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
