"""The function's package as ``scripts/function-package`` builds it: the zip, and what it was built for."""

from __future__ import annotations

import io
import os
import platform
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from probe import forms
from probe.launch.refused import RefusedError
from probe.model import Noun

VARIABLE = "RUN_PROBE_FUNCTION_PACKAGE"
BUILD = "run scripts/function-package"

_HERE = Path(__file__).resolve()
_PLACES = (_HERE.parents[2] / "build", _HERE.parents[1])
"""A checkout's own, else beside the installed package's modules."""

_TOLD = "function.json"
_ARM = frozenset({"aarch64", "arm64"})


class Package(Noun, kw_only=True):
    """The zip's file and bytes, and the runtime (``python3.11``) and architecture (``x86_64``) it needs."""

    place: str
    code: bytes
    runtime: str
    architecture: str


class _Built(Noun, kw_only=True):
    """What ``function.json`` of the zip says."""

    runtime: str
    architecture: str


def load(environment: Mapping[str, str] = os.environ) -> Package:
    """The package that the environment names, else the one that is there.  ``RefusedError`` without one."""
    what = "there is no package for the function"
    place = next((one for one in _places(environment) if one.is_file()), None)
    if place is None:
        raise RefusedError(what, f"no {' or '.join(map(str, _places(environment)))}", BUILD)
    try:
        code = place.read_bytes()
        with zipfile.ZipFile(io.BytesIO(code)) as opened:
            built = forms.read(opened.read(_TOLD), _Built)
    except (OSError, KeyError, zipfile.BadZipFile, msgspec.MsgspecError) as error:
        raise RefusedError(what, f"{place} cannot be read: {error}", BUILD) from error
    return Package(place=str(place), code=code, runtime=built.runtime, architecture=built.architecture)


def _places(environment: Mapping[str, str]) -> Iterator[Path]:
    """Where it may be; this machine's own architecture first, though Lambda has both."""
    named = environment.get(VARIABLE)
    if named:
        yield Path(named)
        return
    architectures = ("arm64", "x86_64") if platform.machine() in _ARM else ("x86_64", "arm64")
    yield from (place / f"function-{one}.zip" for one in architectures for place in _PLACES)
