"""What the client says, message by message. Each request is answered, also one that makes no sense or comes too late.

pygls leaves a request that it cannot read without an answer, and the editor waits for it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInternalError,
    JsonRpcInvalidRequest,
    JsonRpcParseError,
    JsonRpcServerNotInitialized,
)

if TYPE_CHECKING:
    from unmid.lsp.server import Server

_INITIALIZE: Final = "initialize"
_EXIT: Final = "exit"


def take(server: Server, body: bytes) -> None:
    """Do what a message asks for. Raises nothing but SystemExit, for `exit`."""
    try:
        raw = _decoded(body)
    except (ValueError, RecursionError) as error:
        _refuse(server, None, JsonRpcParseError(f"this is no JSON: {error}"))
        return
    if not isinstance(raw, dict):
        _refuse(server, None, JsonRpcInvalidRequest("a message is an object"))
        return
    asks = "id" in raw and "method" in raw
    number = raw["id"] if asks and isinstance(raw["id"], str | int) else None
    try:
        _check(server, raw, asks)
        if "method" in raw:
            raw.setdefault("params", None)
        message = server.protocol.structure_message(raw)
        if message is raw:
            raise JsonRpcInvalidRequest("this is no JSON-RPC 2.0")
        server.protocol.handle_message(message)
    except JsonRpcException as error:
        if asks:
            _refuse(server, number, error)
        else:
            server.report_server_error(error, take)
    except Exception as error:  # nothing that is said may end the conversation
        server.report_server_error(error, take)
        if asks:
            _refuse(server, number, JsonRpcInternalError(str(error)))


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body)  # halves of characters are let through
    except UnicodeDecodeError:
        # A change that is not taken would leave us with another text than the editor's for good.
        return json.loads(body.decode("utf-8", "replace"))


def _check(server: Server, raw: dict[str, Any], asks: bool) -> None:
    """Whether it is the time for this message. Raises JsonRpcException."""
    method = raw.get("method")
    if "method" in raw and not isinstance(method, str):
        raise JsonRpcInvalidRequest("a method has a name")
    if asks and (not isinstance(raw["id"], str | int) or isinstance(raw["id"], bool)):
        raise JsonRpcInvalidRequest("the id of a request is a string or a number")
    if method is None or method == _EXIT:
        return
    if server.said_goodbye:
        raise JsonRpcInvalidRequest(f"“{method}” comes after `shutdown`")
    if method == _INITIALIZE and server.started:
        raise JsonRpcInvalidRequest("`initialize` comes once")
    if method != _INITIALIZE and not server.started:
        raise JsonRpcServerNotInitialized(f"“{method}” comes before `initialize`")


def _refuse(server: Server, number: str | int | None, error: JsonRpcException) -> None:
    server.protocol._send_response(number, error=error.to_response_error())  # type: ignore[arg-type]  # none is allowed
