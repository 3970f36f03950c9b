"""A runtime that runs nothing: containers end as a test says, when it says so."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from probe.lab.chamber import CannotStartError
from probe.lab.fargate.runtime import Running


@dataclass
class Actor:
    """One container; ``deaf`` does not react to SIGTERM."""

    deaf: bool = False
    code: int | None = None
    ended: threading.Event = field(default_factory=threading.Event)
    checks: list[int] = field(default_factory=list)
    """The exit codes of its health checks, in turn; the last one stays."""

    def wait(self) -> int:
        self.ended.wait()
        return self.code or 0

    def end(self, code: int) -> None:
        self.code = code if self.code is None else self.code
        self.ended.set()

    def terminate(self) -> None:
        if not self.deaf:
            self.end(143)

    def kill(self) -> None:
        self.end(137)

    def execute(self, argv: tuple[str, ...], timeout: float) -> int | None:
        assert (argv, timeout) == (("/bin/sh", "-c", "true"), 5.0)
        return self.checks.pop(0) if len(self.checks) > 1 else self.checks[0]


@dataclass
class Troupe:
    """``ends`` maps a container to the code it ends with at once; one that is not in it plays on."""

    ends: Mapping[str, int] = field(default_factory=dict)
    deaf: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    checks: Mapping[str, list[int]] = field(default_factory=dict)
    entered: list[str] = field(default_factory=list)

    def start(self, definition: Mapping[str, Any]) -> Running:
        name = str(definition["name"])
        if name in self.absent:
            raise CannotStartError(f'exec: "{name}": executable file not found in $PATH')
        self.entered.append(name)
        actor = Actor(deaf=name in self.deaf, checks=list(self.checks.get(name, ())))
        if name in self.ends:
            actor.end(self.ends[name])
        return actor
