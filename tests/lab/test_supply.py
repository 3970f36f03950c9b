"""What the image is made of: every pin and nothing else, on both architectures, each with its licence."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from probe import __version__
from tests.lab import containers
from tests.lab.catalogue import ROOT

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="podman builds and runs the image as root only"),
]

LOCK = ROOT / "requirements-container.txt"
PINS = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", LOCK.read_text(), re.MULTILINE))
LICENCES = ROOT / "docs/licences.md"


@cache
def bom() -> dict[str, Any]:
    """What ``scripts/sbom`` says of the built image."""
    parsed: dict[str, Any] = json.loads(containers.said("scripts/sbom", containers.image()))
    return parsed


def packages(kind: str) -> dict[str, dict[str, Any]]:
    """The components of one kind by name."""
    return {one["name"]: one for one in bom()["components"] if one["purl"].startswith(f"pkg:{kind}/")}


def test_it_is_a_bill_of_materials_of_this_image() -> None:
    """CycloneDX's own required keys, the image's name and version, and no reference twice."""
    subject = bom()["metadata"]["component"]
    references = [one["bom-ref"] for one in bom()["components"]]
    assert ("CycloneDX", "1.5", "container", "run-probe", __version__) == (
        bom()["bomFormat"],
        bom()["specVersion"],
        subject["type"],
        subject["name"],
        subject["version"],
    )
    assert len(references) == len(set(references))
    assert all(re.fullmatch(r"pkg:[a-z/]+/[\w.%~-]+@[\w.%~-]+", one) for one in references)


def test_the_image_holds_what_is_pinned_and_nothing_else() -> None:
    """Every pin of the lock at its version, and no package that came along by itself."""
    assert PINS == {name: one["version"] for name, one in packages("pypi").items()}


def test_what_the_base_brings_is_in_it() -> None:
    """Whoever looks for a vulnerable library finds the base's too."""
    assert {"base-files", "libc6"} <= packages("deb/debian").keys()


def test_every_licence_is_listed() -> None:
    """``docs/licences.md`` has a row for each package, with the licence that the package names itself."""
    rows = dict(re.findall(r"^\| (\S+) \| (.+?) \|", LICENCES.read_text(), re.MULTILINE))
    named = {
        name: one["licenses"][0].get("expression") or one["licenses"][0]["license"]["name"]
        for name, one in packages("pypi").items()
    }
    assert named == {name: rows.get(name) for name in named}


ELF_MACHINE = slice(18, 20)
AARCH64 = (0xB7).to_bytes(2, "little")
"""EM_AARCH64, where an ELF header names its machine."""


@pytest.fixture
def empty_base(tmp_path: Path) -> Iterator[str]:
    """A list of this machine's base and of one for ARM64 that is empty, so that nothing there can run."""
    nothing = "localhost/run-probe-nothing"
    both = f"localhost/run-probe-base-and-nothing:{os.getpid()}"
    tarfile.open(tmp_path / "nothing.tar", "w").close()
    containers.said("podman", "import", "--arch=arm64", str(tmp_path / "nothing.tar"), nothing)
    images = [f"containers-storage:{name}" for name in (containers.base(), nothing)]
    containers.said("podman", "manifest", "create", both, *images)
    yield both
    containers.said("podman", "manifest", "rm", both)


def test_the_image_for_arm64_is_built_where_nothing_of_arm64_can_run(empty_base: str) -> None:
    """The same image, with ARM64's compiled code, on a machine that needs no emulator to build it."""
    name = f"{containers.NAME}-arm64"
    containers.said("scripts/image", name, BASE=empty_base, PLATFORM="linux/arm64")
    root = Path(containers.said("podman", "image", "mount", name))
    try:
        compiled = {one.read_bytes()[ELF_MACHINE] for one in root.glob("opt/probe/**/*.so")}
        found = (containers.described(name)["Architecture"], compiled, (root / "results").stat().st_uid)
    finally:
        containers.said("podman", "image", "unmount", name)
    assert ("arm64", {AARCH64}, 65532) == found


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_pin_has_a_wheel_for_the_architecture(machine: str, tmp_path: Path) -> None:
    """The same lock makes the image for X86_64 and for ARM64: nothing in it has to be compiled."""
    command = [sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check", "--no-deps"]
    chosen = ["--only-binary=:all:", f"--platform=manylinux2014_{machine}", "--python-version=3.13"]
    got = subprocess.run(
        [*command, *chosen, "--require-hashes", f"--requirement={LOCK}", f"--dest={tmp_path}"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert (0, len(PINS)) == (got.returncode, len(list(tmp_path.iterdir()))), got.stderr
