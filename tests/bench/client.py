"""A language client that measures: raw messages over pipes, and the moment at which each has wholly arrived.

It knows nothing of any one server. A thread does nothing but read, so that a server never waits for us to drain its pipe;
messages are timed before they are decoded, and sent as bytes that were made before the clock was started.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

CAPABILITIES: Final[dict[str, Any]] = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {"configuration": True, "didChangeConfiguration": {}, "workspaceFolders": True},
    "textDocument": {
        "synchronization": {"didSave": True},
        "publishDiagnostics": {
            "versionSupport": True,
            "dataSupport": True,
            "codeDescriptionSupport": True,
            "tagSupport": {"valueSet": [1, 2]},
        },
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "codeAction": {"dataSupport": True, "isPreferredSupport": True},
    },
}
"""What an editor that pushes and pulls nothing unusual says of itself."""


class Silence(Exception):
    """A server did not answer in time, or has gone."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message. `at` is `time.perf_counter` when its last byte was there, `size` its bytes, heading included."""

    at: float
    size: int
    body: bytes

    def decoded(self) -> dict[str, Any]:
        """The message as JSON."""
        message: dict[str, Any] = json.loads(self.body)
        return message


def framed(message: Mapping[str, Any]) -> bytes:
    """A message as it goes over the wire."""
    body = json.dumps(message, separators=(",", ":")).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


@dataclass(slots=True)
class Client:
    """A server process and our side of the talk. Times are in seconds, sizes in bytes."""

    process: subprocess.Popen[bytes]
    started: float
    settings: Mapping[str, Any] = field(default_factory=dict)
    """By section: what is answered when the server asks for its configuration."""
    received: int = 0
    """Bytes that the server has sent."""
    answers: dict[Any, tuple[Arrival, dict[str, Any]]] = field(default_factory=dict)
    published: dict[str, tuple[Arrival, dict[str, Any]]] = field(default_factory=dict)
    """By URI: the newest diagnostics."""
    publications: int = 0
    _arrivals: queue.SimpleQueue[Arrival | None] = field(default_factory=queue.SimpleQueue)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @classmethod
    def start(
        cls,
        command: Sequence[str],
        *,
        settings: Mapping[str, Any] | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        log: Path | None = None,
    ) -> Client:
        """Start a server. What it writes to standard error goes to `log`."""
        with contextlib.ExitStack() as stack:
            errors = stack.enter_context(log.open("wb")) if log else subprocess.DEVNULL
            started = time.perf_counter()
            process = subprocess.Popen(
                list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=env and dict(env), cwd=cwd
            )
        client = cls(process, started, settings or {})
        threading.Thread(target=client._read, name="bench-reader", daemon=True).start()
        return client

    def _read(self) -> None:
        assert self.process.stdout is not None
        handle, buffer = self.process.stdout.fileno(), bytearray()
        need = -1
        while data := os.read(handle, 1 << 20):
            at = time.perf_counter()
            buffer += data
            while True:
                if need < 0:
                    end = buffer.find(b"\r\n\r\n")
                    if end < 0:
                        break
                    heading = bytes(buffer[:end]).lower()
                    length = int(heading.partition(b"content-length:")[2].split(b"\r\n")[0])
                    start, need = end + 4, end + 4 + length
                if len(buffer) < need:
                    break
                self._arrivals.put(Arrival(at, need, bytes(buffer[start:need])))
                del buffer[:need]
                need = -1
        self._arrivals.put(None)

    # Sending.

    def write(self, data: bytes) -> float:
        """Send bytes as they are; when that began."""
        assert self.process.stdin is not None
        at = time.perf_counter()
        self.process.stdin.write(data)
        self.process.stdin.flush()
        return at

    def notify(self, method: str, params: object = None) -> float:
        """Send a notification; when that began."""
        return self.write(framed({"jsonrpc": "2.0", "method": method, "params": params}))

    def request(self, method: str, params: object = None, timeout: float = 60) -> Any:
        """Send a request and wait for its answer. Raises Silence; an error that is answered is a RuntimeError."""
        number = next(self._numbers)
        self.write(framed({"jsonrpc": "2.0", "id": number, "method": method, "params": params}))
        self.wait(lambda: number in self.answers, timeout)
        _, answer = self.answers.pop(number)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer.get("result")

    # Receiving.

    def wait(self, done: Any, timeout: float) -> None:
        """Take in messages until `done()`. Raises Silence after `timeout` seconds, or when the server has gone."""
        until = time.perf_counter() + timeout
        while not done():
            left = until - time.perf_counter()
            try:
                arrival = self._arrivals.get(timeout=max(left, 0.001))
            except queue.Empty:
                raise Silence(f"no answer within {timeout:g} s") from None
            if arrival is None:
                self._arrivals.put(None)
                raise Silence(f"the server has gone, with status {self.process.wait(10)}")
            self._take(arrival)

    def pause(self, seconds: float) -> None:
        """Take in what comes for a while."""
        with contextlib.suppress(Silence):
            self.wait(lambda: False, seconds)

    def diagnostics(self, uri: str, version: int, after: int, timeout: float) -> tuple[Arrival, dict[str, Any]]:
        """The diagnostics of that version, or, of a server that names none, the first after `after` publications."""

        def there() -> bool:
            if uri not in self.published:
                return False
            named = self.published[uri][1].get("version")
            return named == version if named is not None else self.publications > after

        self.wait(there, timeout)
        return self.published[uri]

    def _take(self, arrival: Arrival) -> None:
        self.received += arrival.size
        message = arrival.decoded()
        method = message.get("method")
        if method is None:
            self.answers[message.get("id")] = arrival, message
        elif method == "textDocument/publishDiagnostics":
            self.publications += 1
            self.published[message["params"]["uri"]] = arrival, message["params"]
        elif "id" in message:
            result: Any = None
            if method == "workspace/configuration":
                sections = [item.get("section") for item in message["params"]["items"]]
                result = [self.settings.get(section) if section else self.settings for section in sections]
            elif method == "workspace/applyEdit":
                result = {"applied": True}
            self.write(framed({"jsonrpc": "2.0", "id": message["id"], "result": result}))

    # Life.

    def initialize(self, root: Path, options: object = None, timeout: float = 60) -> float:
        """Shake hands; the seconds from the start of the process to the answer."""
        params = {
            "processId": os.getpid(),
            "rootUri": root.as_uri(),
            "workspaceFolders": [{"uri": root.as_uri(), "name": root.name}],
            "capabilities": CAPABILITIES,
            "initializationOptions": options,
        }
        number = next(self._numbers)
        self.write(framed({"jsonrpc": "2.0", "id": number, "method": "initialize", "params": params}))
        self.wait(lambda: number in self.answers, timeout)
        arrival, answer = self.answers.pop(number)
        if "error" in answer:
            raise RuntimeError(f"initialize: {answer['error']}")
        self.capabilities = answer["result"].get("capabilities", {})
        self.notify("initialized", {})
        return arrival.at - self.started

    capabilities: dict[str, Any] = field(default_factory=dict)

    @property
    def incremental(self) -> bool:
        """Whether the server takes changes of ranges."""
        sync = self.capabilities.get("textDocumentSync")
        return (sync.get("change") if isinstance(sync, dict) else sync) == 2

    def open(self, uri: str, text: str, language: str = "markdown", version: int = 1) -> float:
        """Open a document; when that began."""
        item = {"uri": uri, "languageId": language, "version": version, "text": text}
        return self.notify("textDocument/didOpen", {"textDocument": item})

    def shutdown(self, timeout: float = 30) -> int:
        """Say goodbye; the exit status. Raises Silence where there is no answer."""
        self.request("shutdown", timeout=timeout)
        self.notify("exit")
        return self.process.wait(timeout)

    def end(self) -> None:
        """Make sure that the process is gone and its pipes are closed."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(30)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()

    # What it costs, from /proc.

    def memory(self, peak: bool = False) -> int:
        """Resident bytes of the server and its children, now or at their peak. 0 where there is no /proc."""
        return sum(_status(process, "VmHWM" if peak else "VmRSS") for process in _family(self.process.pid))

    def children(self) -> list[int]:
        """The processes that the server has started and that still run. None where there is no /proc."""
        return _family(self.process.pid)[1:]

    def cpu(self) -> float:
        """Seconds of processor time that the server and its children have used, ended children included."""
        ticks = 0
        for process in _family(self.process.pid):
            with contextlib.suppress(OSError):
                fields_ = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
                ticks += sum(int(value) for value in fields_[11:15])
        return ticks / os.sysconf("SC_CLK_TCK")


def _status(process: int, key: str) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().split("\n"):
            if line.startswith(key + ":"):
                return int(line.split()[1]) * 1024
    return 0


def _family(process: int) -> list[int]:
    found = [process]
    for one in found:
        with contextlib.suppress(OSError):
            for tasks in Path(f"/proc/{one}/task").iterdir():
                found += [int(child) for child in (tasks / "children").read_text().split()]
    return found
