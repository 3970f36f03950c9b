"""Debian's docker-registry as a child process, on a Unix socket, to which namespaces do not matter."""

from __future__ import annotations

import http.client
import socket
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from probe.lab.wire import Answer, Request

_CONFIGURATION = """version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: {root}}}, delete: {{enabled: true}}}}
http: {{net: unix, addr: {socket}, relativeurls: true, secret: lab}}
"""
_PATIENCE = 10.0
"""Seconds to wait for its socket; it takes a tenth of one."""

_PASSED = frozenset({"accept", "content-type", "content-range", "range", "if-none-match"})
_DROPPED = frozenset({"content-length", "date", "connection", "location"})


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("registry")
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self._path))


class Child:
    """Started at the first request; it dies with the lab's process namespace."""

    def __init__(self, workdir: Path) -> None:
        self._workdir, self._socket = workdir, workdir / "registry.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start the process, if it is not running; returns at once."""
        with self._lock:
            if self._process is None:
                configuration = self._workdir / "registry.yml"
                text = _CONFIGURATION.format(root=self._workdir / "registry", socket=self._socket)
                configuration.write_text(text, encoding="utf-8")
                self._process = self._begun(configuration)

    def _begun(self, configuration: Path) -> subprocess.Popen[bytes]:
        with (self._workdir / "registry.log").open("wb") as log:
            # In a session of its own: Ctrl-C must not kill the AWS that the command cleans up in.
            return subprocess.Popen(
                ["docker-registry", "serve", str(configuration)],
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )

    def stop(self) -> None:
        """End the process, if it was started."""
        with self._lock:
            if self._process is not None:
                self._process.terminate()
                self._process.wait()
                self._process = None

    def ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """One request to the registry.  Raises OSError when it does not come up."""
        self.start()
        connection = self._connected()
        try:
            connection.request(method, target, body, dict(headers))
            response = connection.getresponse()
            given = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, given, response.read())
        finally:
            connection.close()

    def relay(self, request: Request, below: str, target: str = "") -> Answer:
        """A request passed on, with what is asked for (or ``target``) below a name of its own; and back."""
        prefix = f"/v2/{below}/"
        headers = {name: value for name, value in request.headers.items() if name in _PASSED}
        whole = (target or request.target).replace("/v2/", prefix, 1)
        made = self.ask(request.method, whole, headers, request.body)
        location = made.headers.get("location", "").replace(prefix, "/v2/", 1)
        kept = {name: value for name, value in made.headers.items() if name not in _DROPPED}
        if request.method == "HEAD" and "content-length" in made.headers:
            kept["content-length"] = made.headers["content-length"]
        return Answer(made.status, {**kept, "location": location} if location else kept, made.body)

    def _connected(self) -> _Connection:
        deadline = time.monotonic() + _PATIENCE
        while True:
            connection = _Connection(self._socket)
            try:
                connection.connect()
            except (FileNotFoundError, ConnectionRefusedError):
                connection.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return connection
