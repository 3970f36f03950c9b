"""The digests that a service revision pins, and the definition that its later tasks are started from."""

from __future__ import annotations

from typing import Any

import pytest

from probe.lab.fargate import pins

NEW = f"sha256:{'1' * 64}"
APP = "registry.example.com/app:1"

DEFINITIONS: dict[str, tuple[dict[str, Any], str]] = {
    "tag": ({"image": APP}, f"{APP}@{NEW}"),
    "own-digest": ({"image": f"registry.example.com/app@{NEW}"}, f"registry.example.com/app@{NEW}"),
    "not-consistent": ({"image": APP, "versionConsistency": "disabled"}, APP),
}


@pytest.mark.parametrize(("container", "image"), DEFINITIONS.values(), ids=DEFINITIONS)
def test_later_tasks_pull_what_the_first_one_found(container: dict[str, Any], image: str) -> None:
    """A tag gets the digest beside it, unless the container wants to follow the tag."""
    definition = {"containerDefinitions": [{"name": "app", **container}]}
    pinned = pins.found(pins.written(definition), {"app": NEW})
    assert [image] == [one["image"] for one in pins.applied(definition, pinned)["containerDefinitions"]]
