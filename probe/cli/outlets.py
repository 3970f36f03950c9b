"""Where output goes when its reader leaves first, as ``head -1`` does: nowhere, and the run goes on.

A reader's leaving changes neither what a run takes away again nor its exit code.  click and rich would each
end the process with 1, which is the code of a broken tool.  A full disk is no reader: the run goes on too,
to take away what it made, and then the tool has broken.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast


class Outlet:
    """A text stream that swallows what is written after its reader has left; otherwise the stream itself."""

    def __init__(self, stream: TextIO, lost: list[str]) -> None:
        self._stream, self._lost = stream, lost

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write, to nowhere if need be."""
        try:
            return self._stream.write(text)
        except OSError as error:
            self._go_nowhere(error)
            return len(text)

    def flush(self) -> None:
        """Flush, to nowhere if need be."""
        try:
            self._stream.flush()
        except OSError as error:
            self._go_nowhere(error)

    def _go_nowhere(self, error: OSError) -> None:
        """Point the descriptor at /dev/null: what is buffered is flushed again when Python ends."""
        if not isinstance(error, BrokenPipeError):
            self._lost.append(str(error.strerror))
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)


@contextmanager
def unread() -> Iterator[list[str]]:
    """Standard output and errors may lose their readers meanwhile; why else they were lost is in the list."""
    before, lost = (sys.stdout, sys.stderr), list[str]()
    sys.stdout, sys.stderr = (cast("TextIO", Outlet(stream, lost)) for stream in before)
    try:
        yield lost
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        sys.stdout, sys.stderr = before
