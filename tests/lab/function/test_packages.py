"""Deployment packages: what is unpacked, with which permissions, and what Lambda does not take."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from probe.lab.api.errors import ApiError
from probe.lab.function import packages


def zipped(*names: str, mode: int = 0) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for name in names:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            opened.writestr(entry, name)
    return made.getvalue()


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755], ids=oct)
def test_a_file_keeps_the_permissions_that_the_archive_gives_it(mode: int, tmp_path: Path) -> None:
    """Lambda's user is bound by them."""
    packages.unpack(zipped("room/app.py", mode=mode), tmp_path / "task")
    unpacked = tmp_path / "task/room/app.py"
    assert ("room/app.py", mode) == (unpacked.read_text(), unpacked.stat().st_mode & 0o777)


def test_a_package_is_known_by_its_size_and_digest(tmp_path: Path) -> None:
    """Those of the zip, the digest in base64."""
    archive = zipped("app.py")
    made = packages.unpack(archive, tmp_path / "task")
    digest = base64.b64encode(hashlib.sha256(archive).digest()).decode()
    assert (len(archive), digest, tmp_path / "task") == (made.size, made.sha256, made.root)


def test_a_path_that_leads_out_stays_inside(tmp_path: Path) -> None:
    """An archive writes nothing beside its directory."""
    packages.unpack(zipped("../../app.py"), tmp_path / "deep/task")
    assert [tmp_path / "deep/task/app.py"] == [path for path in tmp_path.rglob("*") if path.is_file()]


REFUSED = {
    "no-zip": (
        b"import json",
        "Could not unzip uploaded file. Please check your file, then try to upload again.",
    ),
    "empty": (zipped(), "Uploaded file must be a non-empty zip"),
    "large": (
        b"x" * (packages.MOST_ZIPPED + 1),
        "Request must be smaller than 70167211 bytes for the CreateFunction operation",
    ),
}


@pytest.mark.parametrize("archive", REFUSED)
def test_what_is_no_package_is_refused(archive: str, tmp_path: Path) -> None:
    """In Lambda's words, and nothing is left of it."""
    content, text = REFUSED[archive]
    with pytest.raises(ApiError) as caught:
        packages.unpack(content, tmp_path / "task")
    assert (text, False) == (caught.value.message, (tmp_path / "task").exists())
