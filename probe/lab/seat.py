"""The operator's seat: the environment of a person with an admin's keys, and the command they run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

_NOWHERE = os.devnull
_DIED_BY_SIGNAL = 128
_CANNOT_RUN = 127
_FOREIGN = ("aws_", "boto_")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


def clear() -> None:
    """Forget the machine's own AWS (keys, profiles, endpoints) and proxies: nothing may reach them."""
    for name in [one for one in os.environ if _is_foreign(one)]:
        del os.environ[name]
    os.environ |= {
        "AWS_CONFIG_FILE": _NOWHERE,
        "AWS_SHARED_CREDENTIALS_FILE": _NOWHERE,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def take(keys: Mapping[str, str], *, region: str, bundle: Path) -> None:
    """Put the operator's keys, region and trust into the environment of this process and its children."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    os.environ |= {
        **keys,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_PAGER": "",
        **dict.fromkeys(
            ("AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"), str(bundle)
        ),
        "PATH": path,
    }


def run(command: list[str]) -> int:
    """Run a command where this thread is and give its exit code, 128 and more for a signal, as a shell does.

    The lab itself ignores Ctrl-C meanwhile: the command gets it too, and needs the lab's AWS to clean up.
    """
    signal.signal(signal.SIGINT, _ignore)
    try:
        running = subprocess.Popen(command)
    except OSError as error:
        sys.stderr.write(f"cannot run {command[0]}: {error.strerror}\n")
        return _CANNOT_RUN
    signal.signal(signal.SIGTERM, lambda _number, _frame: running.terminate())
    code = running.wait()
    return code if code >= 0 else _DIED_BY_SIGNAL - code


def _is_foreign(name: str) -> bool:
    return name.lower().startswith(_FOREIGN) or name.lower() in _PROXIES


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """Do nothing; unlike SIG_IGN a handler is not inherited, so that the command gets its Ctrl-C."""
