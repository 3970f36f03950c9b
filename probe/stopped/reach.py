"""To which stages the words of a row are limited."""

from __future__ import annotations

from probe.stopped.reason import Cause, Stage

ANYWHERE = frozenset(Stage)
"""Words that speak for themselves, also where no step is known."""
INSIDE = ANYWHERE - {Stage.UNKNOWN}
"""Words that mean something only inside a step."""
CALLS = frozenset(
    {Stage.REGISTRY_AUTH, Stage.SECRETS_ASM, Stage.SECRETS_SSM, Stage.ENV_FILE, Stage.LOG_DRIVER}
)
IMAGE = frozenset({Stage.IMAGE_MANIFEST, Stage.IMAGE_LAYER})
LOOKUP = frozenset({Stage.SECRETS_ASM, Stage.SECRETS_SSM})
LOGS = frozenset({Stage.LOG_DRIVER})
SCHEDULER = frozenset({Stage.SCHEDULER})
ENI = frozenset({Stage.ENI})
LIFE = frozenset({Stage.RUNTIME})
CREATE = frozenset({Stage.CONTAINER_CREATE, Stage.CONTAINER_START})
VOLUME = frozenset({Stage.VOLUME})

Row = tuple[str, tuple[Cause, ...], frozenset[Stage]]
"""(pattern over case-folded text, what it means with the likeliest first, where it means that)."""
