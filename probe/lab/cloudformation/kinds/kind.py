"""How a resource of a template is made: by the API's own call, so that it is the same as anybody else's.

A maker is given hands and resolved properties.  Most are rows of ``plain``: one call, whose input is the
properties, whose answer has the id, and one call that undoes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from probe.lab.cloudformation.fitting import fitted

Properties = Mapping[str, Any]


@dataclass(frozen=True)
class Made:
    """A resource that stands.

    ``id`` is what ``Ref`` gives, ``attributes`` what ``Fn::GetAtt`` does: values, or functions that look them
    up.  ``undo`` undoes it; ``change`` gives it other properties where it stands, and answers nothing where
    that cannot be.
    """

    id: str
    undo: Callable[[], Any] = lambda: None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    change: Callable[[Properties], Made | None] | None = None


@dataclass(frozen=True)
class Hands:
    """What a maker works with.

    ``name`` is the physical name that CloudFormation makes up for a resource without one; ``say`` is told
    in words what the lab leaves out.
    """

    client: Callable[[str], Any]
    say: Callable[[str], None]
    name: str
    region: str
    account: str

    def call(self, api: str, operation: str, given: Properties) -> dict[str, Any]:
        """One API call with these properties; its answer.  Raises botocore's ClientError."""
        client = self.client(api)
        model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation])
        answer: dict[str, Any] = getattr(client, operation)(**fitted(given, model.input_shape, self._strange))
        return answer

    def _strange(self, where: str) -> None:
        self.say(f"property {where} is left out: the API has none")

    def arn(self, service: str, resource: str) -> str:
        """An ARN in this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


Maker = Callable[[Hands, Properties], Made]


def at(answer: Any, path: str) -> Any:
    """The value at a dotted path of an answer: ``Vpc.VpcId``, ``Routes.0.Id``."""
    for part in path.split("."):
        answer = answer[int(part)] if part.isdigit() else answer[part]
    return answer


def without(given: Properties, *names: str) -> dict[str, Any]:
    """The properties but for these."""
    return {key: value for key, value in given.items() if key not in names}


def tagged(given: Properties, kind: str) -> dict[str, Any]:
    """EC2's way of tagging what is being made: a specification for its type."""
    tags = given.get("Tags")
    specification = {"TagSpecifications": [{"ResourceType": kind, "Tags": tags}]} if tags else {}
    return without(given, "Tags") | specification


def remade(undo: Callable[[], Any], make: Callable[[Properties], Made]) -> Callable[[Properties], Made]:
    """A change that is carried out by undoing and making again."""

    def change(given: Properties) -> Made:
        undo()
        return make(given)

    return change


def lasting(made: Made, given: Properties, *aside: str) -> Made:
    """The resource, which stays as it is where nothing changes but properties of no account here."""

    def change(other: Properties) -> Made | None:
        return kept if without(other, *aside) == without(given, *aside) else None

    kept = replace(made, change=change)
    return kept


def plain(  # noqa: PLR0913 - a column each
    api: str,
    create: str,
    path: str,
    *,
    undo: tuple[str, str] | None = None,
    tags: str = "",
    named: str = "",
    lower: bool = False,
    longest: int = 64,
    attributes: Mapping[str, str] | None = None,
    unheard: Sequence[str] = (),
) -> Maker:
    """A maker of one call.

    ``path`` leads to the id in its answer, ``attributes`` to what ``Fn::GetAtt`` gives.  ``undo`` is the
    operation that undoes it and the member that takes the id.  ``tags`` is EC2's resource type; ``named`` the
    property that gets a name when the template gives none, in lower case and cut where the API wants that.
    ``unheard`` properties change nothing that the lab has.
    """

    def make(hands: Hands, given: Properties) -> Made:
        name = hands.name[-longest:].lstrip("-")
        named_so = {named: name.lower() if lower else name} | dict(given) if named else given
        wanted = tagged(named_so, tags) if tags else named_so
        answer = hands.call(api, create, without(wanted, *unheard))
        identity = str(at(answer, path))
        found = {key: at(answer, each) for key, each in (attributes or {}).items()}
        return lasting(Made(identity, _undoing(hands, api, undo, identity), found), given, *unheard, "Tags")

    return make


def _undoing(hands: Hands, api: str, undo: tuple[str, str] | None, identity: str) -> Callable[[], Any]:
    if undo is None:
        return lambda: None
    operation, member = undo
    return lambda: hands.call(api, operation, {member: identity})
