"""Listening on a port, for one client."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from unmid.lsp.server import Server

LOOPBACK: Final = "127.0.0.1"


def serve(server: Server, host: str, port: int) -> None:
    """Serve the first client that connects, until it leaves or says `exit`. Raises OSError where there is no listening."""
    with suppress(SystemExit):
        asyncio.run(_listen(server, host or LOOPBACK, port))


async def _listen(server: Server, host: str, port: int) -> None:
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        listener.close()
        try:
            await server.serve(reader, writer)
        finally:
            if not done.done():
                done.set_result(None)

    listener = await asyncio.start_server(connected, host, port)
    for socket in listener.sockets:
        for line in told(*socket.getsockname()[:2]):
            print(f"unmid: {line}", file=sys.stderr, flush=True)
    await done


def told(host: str, port: int) -> Iterator[str]:
    """Where the server listens, and a warning if that is not this machine's alone."""
    yield f"listening on {host}:{port}"
    if not ip_address(host.partition("%")[0]).is_loopback:
        yield f"warning: whoever can reach this machine can read and change drafts through it; {LOOPBACK}:{port} is for this machine alone"
