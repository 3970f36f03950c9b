"""The probe's image, built once from the checkout, and containers of it behind Fargate's walls."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.lab.catalogue import ROOT

NAME = "localhost/run-probe:test"
_WALLS = (
    *("--rm", "--pull=never", "--runtime=runc", "--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024"),
    *(
        "--read-only",
        "--read-only-tmpfs=false",
        "--cap-drop=all",
        "--user=65532",
        "--cpus=0.25",
        "--memory=512m",
    ),
)


@dataclass(frozen=True)
class Ended:
    """A container's exit code, and the last line of each stream."""

    code: int
    out: str
    err: str


@cache
def base() -> str:
    """The image that it stands on: ``BASE``, or one that is made of Debian's packages."""
    return os.environ.get("BASE") or said("scripts/base")


@cache
def image() -> str:
    """The built image's name."""
    said("scripts/image", NAME, BASE=base())
    return NAME


def said(*command: str, **more: str) -> str:
    """What a command prints.  A failure carries the command's own words."""
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | more, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@cache
def added() -> int:
    """Bytes, compressed, that the image adds to its base."""
    with tempfile.TemporaryDirectory() as place:
        kept = [_blobs(name, Path(place) / str(number)) for number, name in enumerate((base(), image()))]
    return sum(size for name, size in kept[1].items() if name not in kept[0])


def _blobs(name: str, place: Path) -> dict[str, int]:
    said("podman", "save", "--quiet", "--format=oci-dir", f"--output={place}", name)
    return {one.name: one.stat().st_size for one in (place / "blobs/sha256").iterdir()}


def described(name: str) -> dict[str, Any]:
    """An image as podman describes it."""
    found: dict[str, Any] = json.loads(said("podman", "image", "inspect", name))[0]
    return found


def command(*arguments: str, network: str = "none", options: tuple[str, ...] = ()) -> list[str]:
    """The command line of one container; ``options`` are podman's."""
    return ["podman", "run", *_WALLS, f"--network={network}", *options, image(), *arguments]


def run(*arguments: str, options: tuple[str, ...] = (), variables: Mapping[str, str] | None = None) -> Ended:
    """One container without a network, to its end."""
    given = [f"--env={name}={value}" for name, value in (variables or {}).items()]
    done = subprocess.run(
        command(*arguments, options=(*options, *given)),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return Ended(done.returncode, _last(done.stdout), _last(done.stderr))


def _last(text: str) -> str:
    return "".join(text.splitlines()[-1:])
