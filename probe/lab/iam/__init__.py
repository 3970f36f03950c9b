"""The lab's IAM: who a request comes from, and whether every policy lets it pass.

moto checks neither resources nor conditions; it keeps the policies, and this package evaluates them as AWS
does.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime

from probe.lab.api.calls import Call
from probe.lab.api.errors import ApiError
from probe.lab.iam import context, ecs, looking_up, principals, resources, stored
from probe.lab.iam.actions import Asked, action_of, asked, is_free
from probe.lab.iam.conditions import Unrepresentable
from probe.lab.iam.credentials import issue
from probe.lab.iam.evaluation import Decision, Policies, decide
from probe.lab.iam.messages import denial
from probe.lab.iam.policies import EVERYTHING, Question, statements
from probe.lab.iam.principals import Credentials, Principal
from probe.lab.iam.signatures import Signature, signature, verify
from probe.lab.iam.wildcards import Context
from probe.lab.wire import Request

__all__ = ["Credentials", "Denied", "Iam", "NotAssumable", "Principal", "Unrepresentable"]


class Denied(ApiError):
    """A policy said no, or none said yes; ``message`` is AWS's, ``clause`` its reason alone."""

    def __init__(self, message: str, clause: str) -> None:
        super().__init__("AccessDeniedException", message)
        self.clause = clause


class NotAssumable(Exception):
    """There is no such role, or its trust policy does not admit the service."""


INVALID_TOKEN = "The security token included in the request is invalid."


class Iam:
    """Answers by moto's present state, which it reads under ``lock``."""

    def __init__(
        self, backend: stored.Backend, account: str, region: str, lock: AbstractContextManager[object]
    ) -> None:
        self._backend, self._account, self._region, self._lock = backend, account, region, lock
        self._issued: dict[str, Credentials] = {}
        self._limits: dict[str, tuple[str, ...]] = {}

    def authenticate(self, request: Request) -> Principal | None:
        """The caller, or None for an unsigned request.  Raises ApiError for keys that do not hold."""
        signed = signature(request)
        if signed is None:
            return None
        holder = self._holder(signed)
        if holder is None or holder.token != signed.token:
            raise ApiError("UnrecognizedClientException", INVALID_TOKEN)
        now = datetime.now(UTC)
        verify(request, signed, holder.secret, now)
        if holder.ends is not None and holder.ends <= now:
            raise ApiError("ExpiredTokenException", "The security token included in the request is expired")
        return holder.principal

    def _holder(self, signed: Signature) -> stored.Holder | None:
        mine = self._issued.get(signed.access_key)
        with self._lock:
            if mine is None:
                limits = self._limits.get(signed.access_key, ())
                user = stored.user_of_key(self._backend, self._account, signed.access_key)
                return user or stored.session_of_key(self._backend, signed.access_key, limits)
            principal = stored.session_principal(self._backend, mine.role_arn, mine.session)
        return stored.Holder(principal, mine.secret_key, mine.token, mine.expiration) if principal else None

    def limit(self, access_key: str, documents: tuple[str, ...]) -> None:
        """The session of that key was opened with session policies (JSON text)."""
        self._limits[access_key] = documents

    def assume(self, role_arn: str, service: str, session_name: str, *, spread: float = 0.0) -> Credentials:
        """Keys of a new session that an AWS service opens.  Raises NotAssumable.

        No service knows of a role that is younger than ``spread`` seconds.
        """
        caller = principals.service(service)
        of = service.partition(".")[0].partition("-")[0]
        source = {
            "aws:SourceAccount": self._account,
            "aws:SourceArn": f"arn:aws:{of}:{self._region}:{self._account}:{session_name}",
        }
        with self._lock:
            role = stored.role(self._backend, role_arn)
        if role is None:
            raise NotAssumable(f"{role_arn} does not exist")
        if (datetime.now(UTC) - role.create_date.replace(tzinfo=UTC)).total_seconds() < spread:
            raise NotAssumable(f"{role_arn} is not known everywhere yet")
        if not self.decide(caller, Asked("sts:AssumeRole", role_arn), source)[1].allowed:
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
        keys: Context | None = None,
        endpoint: str | None = None,
    ) -> tuple[Question, Decision]:
        """AWS's decision, and the question as it was put, with every condition key that it has."""
        with self._lock:
            question = self._question(principal, asking, keys or {})
            speaking = stored.policies(self._backend, question, endpoint)
        return question, _decided(question, speaking)

    def _question(self, principal: Principal | None, asking: Asked, keys: Context) -> Question:
        question = Question(principal, asking.action, asking.resource)
        brought = {
            **context.of_principal(self._backend, principal),
            **resources.context(self._backend, question),
            **context.of_organization(self._backend, principal, resources.owner(question)),
        }
        return replace(question, context={**brought, **keys})

    def simulate(
        self, principal: Principal, asking: Asked, keys: Context
    ) -> tuple[Question, Policies, Decision]:
        """What the principal's own policies decide, as IAM's simulator asks it, and what spoke."""
        with self._lock:
            mine = context.of_principal(self._backend, principal)
            question = Question(principal, asking.action, asking.resource, {**mine, **keys})
            found = stored.policies(self._backend, question, None)
        own = Policies(found.identity, found.boundary, service_control=found.service_control)
        return question, own, _decided(question, own)

    def authorize(
        self,
        principal: Principal | None,
        action: str,
        resource: str,
        keys: Context | None = None,
        endpoint: str | None = None,
    ) -> None:
        """Raise Denied unless the caller may; ``endpoint`` is the VPC endpoint the request came through."""
        question, decision = self.decide(principal, Asked(action, resource), keys, endpoint)
        if not decision.allowed:
            raise Denied(denial(question, decision.clause), decision.clause)

    def permit(self, call: Call) -> None:
        """Raise Denied unless every permission that a call needs is there."""
        keys = {**self.context(call.request, call.region), **context.of_call(call), **ecs.context(call)}
        with self._lock:
            known, roles = looking_up.resources(self._backend, call), looking_up.roles(self._backend, call)
            listed = [Asked("s3:ListBucket", bucket) for bucket in looking_up.listings(self._backend, call)]
        if is_free(call):
            self._pass(Question(call.principal, action_of(call), "*", keys), call.request.endpoint)
            return
        for each in (*asked(call, known, roles), *ecs.tagging(call), *listed):
            if each.passed_to:
                # The endpoint's policy speaks of the call that passes it, not of a role that the call names.
                passing = {**keys, "iam:PassedToService": each.passed_to}
                self.authorize(call.principal, each.action, each.resource, passing)
            else:
                self.authorize(call.principal, each.action, each.resource, keys, call.request.endpoint)

    def _pass(self, question: Question, endpoint: str | None) -> None:
        """What needs no permission needs an endpoint's all the same."""
        with self._lock:
            policy = stored.endpoint_policy(self._backend, endpoint)
        decision = _decided(question, Policies(identity=statements(EVERYTHING), endpoint=policy))
        if not decision.allowed:
            raise Denied(denial(question, decision.clause), decision.clause)

    def lacks(self) -> tuple[str, ...]:
        """What kept policies say that the lab cannot evaluate, each in words."""
        with self._lock:
            return tuple(dict.fromkeys(stored.lacks(self._backend)))

    def context(self, request: Request, region: str) -> dict[str, str]:
        """The condition keys that a request has of itself."""
        return context.of_request(self._backend, request, region)


def _decided(question: Question, speaking: Policies) -> Decision:
    """The decision; what the lab cannot evaluate is no answer of AWS's."""
    try:
        return decide(question, speaking)
    except Unrepresentable as lack:
        raise ApiError("NotImplemented", f"the lab lacks this: {lack}", 501) from lack
