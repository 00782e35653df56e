"""`unmid serve`."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterator
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from unmid import cli
from unmid.prose import annex

if TYPE_CHECKING:
    from unmid.lsp.server import Server

LOOPBACK: Final = "127.0.0.1"


def run(tcp: str | None) -> int:
    """Serve one client on standard input and output, or on a port. Standard output is the protocol's alone."""
    address = None if tcp is None else _address(tcp)
    if tcp is not None and address is None:
        print(f"unmid: {tcp} is no address; write HOST:PORT, for example {LOOPBACK}:7878", file=sys.stderr)
        return cli.BROKEN
    # spaCy comes up while all else that the server needs is imported.
    annex.begin()
    from unmid.lsp.server import create_server

    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="unmid: %(levelname)s: %(message)s")
    logging.getLogger("pygls").setLevel(logging.WARNING)
    server = create_server()
    if address is None:
        server.serve_io(sys.stdin.buffer, sys.stdout.buffer)
    else:
        try:
            asyncio.run(_listen(server, *address))
        except SystemExit:
            pass  # the client said `exit`
        except OSError as error:
            print(f"unmid: cannot listen on {tcp}: {error.strerror or error}", file=sys.stderr)
            annex.end()
            return cli.BROKEN
    return _end(server)


def _address(tcp: str) -> tuple[str, int] | None:
    """Host and port; without a host, this machine alone."""
    host, _, port = tcp.rpartition(":")
    if not (port.isascii() and port.isdigit() and int(port) < 65536):
        return None
    return host.strip("[]") or LOOPBACK, int(port)


async def _listen(server: Server, host: str, port: int) -> None:
    """Serve the first client that connects, until it leaves."""
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
        for line in _told(*socket.getsockname()[:2]):
            print(f"unmid: {line}", file=sys.stderr, flush=True)
    await done


def _told(host: str, port: int) -> Iterator[str]:
    """Where the server listens, and a warning if that is not this machine's alone."""
    yield f"listening on {host}:{port}"
    if not ip_address(host.partition("%")[0]).is_loopback:
        yield f"warning: whoever can reach this machine can read and change drafts through it; {LOOPBACK}:{port} is for this machine alone"


def _end(server: Server) -> int:
    """Put the worker to rest; 0 if the client said goodbye as it should, else 1."""
    from unmid.lsp.exit import leave

    status = cli.OK if server.said_goodbye else 1
    if not server.end():
        leave(status)
    annex.end()
    return status
