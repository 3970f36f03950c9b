"""The task definition that an operator names: a file, or a family or an ARN that ECS knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from probe.launch import spec
from probe.launch.refused import RefusedError
from probe.requirements.definitions import Definition, UnreadableDefinitionError, load

_FARGATE = "FARGATE"
_TOLD_APART = "a file is given by its path, a family and an ARN as ECS knows them"


def read(session: Any, written: str) -> Definition:
    """The definition, as it stands.  ``RefusedError`` where there is none, or none for Fargate."""
    found = _of_file(written) if _is_file(written) else spec.task_definition(session.client("ecs"), written)
    compatible = found.get("requiresCompatibilities") or [_FARGATE]
    if _FARGATE not in compatible:
        what = f"cannot probe for task definition {written}"
        raise RefusedError(
            what, f"it requires {', '.join(compatible)}, not {_FARGATE}", "give one for Fargate"
        )
    return found


def _is_file(written: str) -> bool:
    """An ARN has slashes too; a family has neither these nor dots."""
    return not written.startswith("arn:") and ("/" in written or "." in written or Path(written).is_file())


def _of_file(written: str) -> Definition:
    what = f"cannot read task definition {written}"
    try:
        return load(Path(written).read_bytes())
    except OSError as error:
        raise RefusedError(what, str(error.strerror), _TOLD_APART) from error
    except UnreadableDefinitionError as error:
        raise RefusedError(what, str(error), _TOLD_APART) from error
