"""The deployment package: a zip archive, checked and unpacked as Lambda does."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from pathlib import Path

from probe.lab.api.errors import ApiError
from probe.lab.function.functions import Package

MOST_ZIPPED = 52_428_800
"""Bytes of a zip that is uploaded with the call.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

MOST_UNZIPPED = 262_144_000
_MODE_SHIFT = 16
_PERMISSIONS = 0o777
_BROKEN = "Could not unzip uploaded file. Please check your file, then try to upload again."


def unpack(archive: bytes, root: Path) -> Package:
    """Unpack a zip into a directory, which is made.  Raises ApiError in Lambda's words."""
    if len(archive) > MOST_ZIPPED:
        text = "Request must be smaller than 70167211 bytes for the CreateFunction operation"
        raise ApiError("RequestEntityTooLargeException", text, status=413)
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            _check_size(opened)
            root.mkdir(parents=True)
            for each in opened.infolist():
                _extract(opened, each, root)
    except zipfile.BadZipFile:
        raise ApiError("InvalidParameterValueException", _BROKEN) from None
    digest = base64.b64encode(hashlib.sha256(archive).digest()).decode()
    return Package(size=len(archive), sha256=digest, root=root)


def _check_size(opened: zipfile.ZipFile) -> None:
    entries = opened.infolist()
    if not entries:
        raise ApiError("InvalidParameterValueException", "Uploaded file must be a non-empty zip")
    if sum(each.file_size for each in entries) >= MOST_UNZIPPED:
        text = f"Unzipped size must be smaller than {MOST_UNZIPPED} bytes"
        raise ApiError("InvalidParameterValueException", text)


def _extract(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, root: Path) -> None:
    """One entry with the permissions that the archive gives it, which the function is bound by."""
    path = Path(opened.extract(entry, root))
    mode = entry.external_attr >> _MODE_SHIFT & _PERMISSIONS
    if mode:
        path.chmod(mode)
