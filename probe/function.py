"""The function's entry: the same Work, measured from a Lambda function in the service's subnet and groups.

Its code does not travel through the VPC and its answer neither, so it speaks where no image can be
pulled.  It carries a role of its own: the desk gives it targets without calls, from DNS to HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from probe import forms
from probe.measure import measure
from probe.model import Work


def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001  Lambda gives both
    """``{"observations": [...]}`` for ``{"work": {...}}``; a Work that cannot be read is Lambda's error."""
    work = forms.converted(event["work"], Work)
    return {"observations": msgspec.to_builtins(list(measure(work)))}
