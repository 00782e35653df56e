"""The two ends of the wire. What comes in is cut into messages, whatever stands between them; what goes out goes out, or
there is no one left to serve.

pygls's own loop knows one spelling of the heading, sets aside whatever memory a heading asks for, and never finds back
after a wrong length.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable
from concurrent.futures import Executor
from typing import BinaryIO, Final, Protocol

from unmid.lsp.exit import leave

logger = logging.getLogger(__name__)

MOST_BYTES: Final = 100_000_000
"""Bytes of a message. A heading that promises more is not believed."""

_LINE: Final = 65_536
_LENGTH: Final = re.compile(rb"content-length[ \t]*:[ \t]*(\d{1,12})[ \t]*\r?\n\Z", re.I)
"""At the end of a line: what is left of a message with a wrong length may stand before it."""


class Reader(Protocol):
    """What bytes come from."""

    def readline(self) -> Awaitable[bytes]: ...
    def readexactly(self, n: int, /) -> Awaitable[bytes]: ...


class StandardInput:
    """A file that is read by a thread, so that the loop goes on meanwhile."""

    def __init__(self, file: BinaryIO, threads: Executor) -> None:
        self._file = file
        self._threads = threads

    def readline(self) -> Awaitable[bytes]:
        """A line, or as much of it as fits; empty at the end."""
        return asyncio.get_running_loop().run_in_executor(self._threads, self._file.readline, _LINE)

    def readexactly(self, n: int, /) -> Awaitable[bytes]:
        """So many bytes, or what there is before the end."""
        return asyncio.get_running_loop().run_in_executor(self._threads, self._file.read, n)


class StandardOutput:
    """A file that messages are written to. When the client has closed its end, so do we."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, data: bytes) -> None:
        """Send a message."""
        try:
            self._file.write(data)
            self._file.flush()
        except (OSError, ValueError) as error:
            logger.error("The client has gone: %s", error)
            leave(1)

    def close(self) -> None:
        """Send no more."""
        self._file.close()


async def bodies(reader: Reader) -> AsyncIterator[bytes]:
    """The messages of a client, until it ends. What is no message is passed by."""
    length = 0
    while True:
        try:
            line = await reader.readline()
            if not line:
                return
            if found := _LENGTH.search(line):
                length = int(found[1])
                if length > MOST_BYTES:
                    logger.error("A message of %d bytes is passed by; at most %d are taken", length, MOST_BYTES)
                    length = 0
            elif length and not line.strip():
                body = await reader.readexactly(length)
                if len(body) < length:
                    return
                length = 0
                yield body
        except asyncio.IncompleteReadError:
            return
        except ValueError:  # a line without an end, which asyncio has thrown away
            length = 0
