"""A template's resource that a function makes in moto's EC2, for types that moto has no class for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

Properties = Mapping[str, Any]


@dataclass(frozen=True)
class Made:
    """What a maker made: what ``Ref`` gives, and how it is undone."""

    id: str
    undo: Callable[[], Any]


Maker = Callable[[Any, Properties], Made]
"""Makes a resource from moto's EC2 backend and the properties of a template."""


class Resource:
    """A resource of a stack, in the form that moto's CloudFormation wants; a subclass names its ``maker``."""

    maker: ClassVar[Maker]

    def __init__(self, made: Made) -> None:
        self.made = made
        self.physical_resource_id = made.id

    @classmethod
    def create_from_cloudformation_json(
        cls, _name: str, template: Properties, account: str, region: str, **_: Any
    ) -> Resource:
        return cls(cls.maker(_ec2(account, region), template["Properties"]))

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Resource,
        new_resource_name: str,
        cloudformation_json: Properties,
        account_id: str,
        region_name: str,
    ) -> Resource:
        original_resource.made.undo()
        return cls.create_from_cloudformation_json(
            new_resource_name, cloudformation_json, account_id, region_name
        )

    def delete(self, *_: str) -> None:
        self.made.undo()

    @staticmethod
    def has_cfn_attr(attribute: str) -> bool:
        return attribute in ("Id", "GroupId", "AssociationId", "DhcpOptionsId")

    def get_cfn_attribute(self, attribute: str) -> str:
        return self.physical_resource_id if self.has_cfn_attr(attribute) else ""

    @staticmethod
    def is_created() -> bool:
        return True


def made_by(kind: str, maker: Maker) -> type[Resource]:
    """The class of one resource type."""
    return type(kind, (Resource,), {"maker": staticmethod(maker)})


def _ec2(account: str, region: str) -> Any:
    from moto.ec2.models import ec2_backends

    return ec2_backends[account][region]
