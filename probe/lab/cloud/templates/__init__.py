"""CloudFormation: the resources of a network that moto's lacks, or makes without half of their properties.

Installed at the first CloudFormation call: it makes moto import every service that a template may name.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from probe.lab.cloud.repairs.replacing import replace
from probe.lab.cloud.templates import acls, groups, networks, options
from probe.lab.cloud.templates.resource import Maker, made_by


@cache
def install() -> None:
    """Teach moto's CloudFormation, once a process."""
    from moto.cloudformation import parsing

    lists: Any = parsing
    types, names = lists.get_model_map(), lists.get_name_type_map()
    makers: dict[str, Maker] = {**acls.MAKERS, **groups.MAKERS, **networks.MAKERS, **options.MAKERS}
    for kind, maker in makers.items():
        types[kind] = made_by(kind, maker)
        names[kind] = ""
    for kind, completing in {**networks.COMPLETIONS, **groups.COMPLETIONS}.items():
        replace(types[kind], "create_from_cloudformation_json", completing)
