"""`unmid serve`."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from unmid import cli
from unmid.prose import annex

if TYPE_CHECKING:
    from unmid.lsp.server import Server


def run(tcp: str | None) -> int:
    """Serve one client on standard input and output, or on a port. Standard output is the protocol's alone."""
    address = None if tcp is None else _address(tcp)
    if tcp is not None and address is None:
        print(f"unmid: {tcp} is no address; write HOST:PORT, for example 127.0.0.1:7878", file=sys.stderr)
        return cli.BROKEN
    # spaCy comes up while all else that the server needs is imported.
    annex.begin()
    from unmid.lsp import bytecode

    bytecode.preload()
    from unmid.lsp import port
    from unmid.lsp.server import create_server

    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="unmid: %(levelname)s: %(message)s")
    logging.getLogger("pygls").setLevel(logging.WARNING)
    server = create_server()
    if address is None:
        server.serve_io(sys.stdin.buffer, sys.stdout.buffer)
    else:
        try:
            port.serve(server, *address)
        except OSError as error:
            print(f"unmid: cannot listen on {tcp}: {error.strerror or error}", file=sys.stderr)
            annex.end()
            return cli.BROKEN
    return _end(server)


def _address(tcp: str) -> tuple[str, int] | None:
    """Host and port; the host may be left out."""
    host, _, port = tcp.rpartition(":")
    if not (port.isascii() and port.isdigit() and int(port) < 65536):
        return None
    return host.strip("[]"), int(port)


def _end(server: Server) -> int:
    """Put the worker to rest; 0 if the client said goodbye as it should, else 1."""
    from unmid.lsp.exit import leave

    status = cli.OK if server.said_goodbye else 1
    if not server.end():
        leave(status)
    annex.end()
    return status
