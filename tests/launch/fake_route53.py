"""A session whose Route 53 clients answer from a table, page by page, or refuse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import boto3
from botocore.exceptions import ClientError

Pages = Sequence[Mapping[str, Any]]
EMPTY: dict[str, list[Any]] = {
    "HostedZoneSummaries": [],
    "ResolverRuleAssociations": [],
    "FirewallRuleGroupAssociations": [],
}
"""A page with nothing of anything on it."""


class Route53:
    """``answers`` are an operation's pages, or an error code.  Other services are those of ``session``.

    ``asked`` are the operations with their parameters, in the order of the questions.
    """

    def __init__(self, answers: Mapping[str, Pages | str], session: Any = None) -> None:
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        self._session = session or boto3.Session(region_name="eu-west-1", **keys)
        self._answers = answers
        self._left = {name: list(pages) for name, pages in answers.items() if not isinstance(pages, str)}
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def client(self, service: str) -> Any:
        made = self._session.client(service)
        if service.startswith("route53"):
            made.meta.events.register(f"provide-client-params.{service}", self._note)
            made.meta.events.register(f"before-call.{service}", self._answer)
        return made

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.asked.append((model.name, params))

    def _answer(self, model: Any, **_: Any) -> tuple[Any, dict[str, Any]]:
        given = self._answers.get(model.name, [EMPTY])
        if isinstance(given, str):
            error = {"Error": {"Code": given, "Message": "You are not authorized"}}
            raise ClientError(error, model.name)
        left = self._left.setdefault(model.name, [EMPTY])
        page = left.pop(0) if len(left) > 1 else left[0]
        return _Ok(), dict(page)


class _Ok:
    """An HTTP answer of which only the status matters."""

    status_code = 200
