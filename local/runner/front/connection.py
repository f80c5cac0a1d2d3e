"""The front's connections are aiohttp's, with a shorter way for requests that came whole.

aiohttp parses every byte. The shorter way is for a request whose head and body are there at once,
on a connection without another request. A callback answers such a request without a task, a stream
or a response object. aiohttp handles everything else. Routes, events and answers live in `front`
and `edge`.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Protocol

from aiohttp import web
from aiohttp.http import HttpVersion11, RawRequestMessage
from aiohttp.http_exceptions import LineTooLong
from aiohttp.streams import EMPTY_PAYLOAD, StreamReader
from aiohttp.web_protocol import RequestHandler

from local.runner.front.edge import Answer, Refusal, refused

_PARSER_BYTES: Final = 16_384
_KEPT_SECONDS: Final = 75.0
_ANSWER_SECONDS: Final = 30.0
"""No function takes longer than this."""

Told = Callable[[Answer], None]


@dataclass(frozen=True, slots=True)
class Whole:
    """A request of HTTP/1.1 that is there with all its bytes."""

    method: str
    target: str
    raw_headers: Sequence[tuple[bytes, bytes]]
    body: bytes
    source_ip: str


class Entrance(Protocol):
    """The part of the front that answers requests."""

    def serve(self, request: web.BaseRequest) -> Awaitable[web.StreamResponse]:
        """Answer any request."""

    def ask(self, whole: Whole, told: Told) -> bool:
        """Call `told` once, later. Return False for a request that only `serve` can answer.

        Raises Refusal.
        """


class Server(web.Server):
    """aiohttp's low-level server with our limits. Bodies stay as they were sent."""

    def __init__(self, entrance: Entrance) -> None:
        super().__init__(entrance.serve)
        self._ask = entrance.ask

    def __call__(self) -> RequestHandler:
        """Return the protocol of one connection."""
        return _Connection(
            self._ask,
            self,
            loop=self._loop,
            access_log=None,
            auto_decompress=False,
            keepalive_timeout=_KEPT_SECONDS,
            lingering_time=2.0,
            max_field_size=_PARSER_BYTES,
            max_headers=256,
            max_line_size=_PARSER_BYTES,
        )


class _Parser:
    """aiohttp's parser, with a question first: does the request go the shorter way?"""

    def __init__(self, parser: Any, take: Callable[[Any, Any], bool]) -> None:  # noqa: ANN401 # aiohttp's, in C
        self._parser = parser
        self._take = take

    def feed_data(self, data: bytes) -> tuple[Sequence[Any], bool, bytes]:
        """Return the requests that aiohttp is to answer, whether one upgrades, and what is left."""
        messages, upgraded, tail = self._parser.feed_data(data)
        if len(messages) == 1 and not upgraded and self._take(*messages[0]):
            self._parser.message_consumed()
            return (), upgraded, tail
        return messages, upgraded, tail

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 # whatever aiohttp asks of its parser
        return getattr(self._parser, name)


class _Connection(RequestHandler):
    def __init__(
        self,
        ask: Callable[[Whole, Told], bool],
        server: web.Server,
        **limits: Any,  # noqa: ANN401 # aiohttp's
    ) -> None:
        super().__init__(server, **limits)
        self._ask = ask
        self._asking = False
        self._held = b""
        self._parser = _Parser(self._parser, self._take)  # type: ignore[assignment] # it is one, in all but name

    def data_received(self, data: bytes) -> None:
        """Take bytes in. Bytes that come during a request wait for its answer."""
        if self._asking:
            self._held += data
            self._pause_transport_reading()
            return
        super().data_received(data)

    def _take(self, message: RawRequestMessage, payload: StreamReader) -> bool:
        """Start the request if it goes the shorter way, and return whether it does."""
        if not (self._is_idle() and _is_plain(message, payload)):
            return False
        self._keep(_ANSWER_SECONDS + _KEPT_SECONDS)
        peer = self.peername
        whole = Whole(
            message.method,
            message.path,
            message.raw_headers,
            payload.read_nowait(),
            str(peer[0]) if isinstance(peer, tuple) else "",
        )
        try:
            self._asking = self._request_in_progress = self._ask(whole, self._tell)
        except Refusal as refusal:
            self._tell(refused(refusal))
            return True
        return self._asking

    def _is_idle(self) -> bool:
        waits = self._waiter is not None and not self._waiter.done()
        return waits and not (self._messages or self._reading_paused or self.writing_paused)

    def _tell(self, answer: Answer) -> None:
        self._asking = self._request_in_progress = False
        if self._handler_waiter is not None and not self._handler_waiter.done():
            self._handler_waiter.set_result(None)  # aiohttp stops, and waits for this request
        if self.transport is None:
            return
        self.transport.write(answer.wire())
        if answer.close:
            self.force_close()
            return
        self._keep(_KEPT_SECONDS)
        if self._held:
            held, self._held = self._held, b""
            self._resume_transport_reading()
            self.data_received(held)

    def _keep(self, seconds: float) -> None:
        """Close the connection after it was idle for so long."""
        self._next_keepalive_close_time = self._loop.time() + seconds

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer bytes that are no HTTP with 4xx.

        The client is at fault, so there is no log line.
        """
        if isinstance(exc, ConnectionError):  # the client is gone: nobody to answer
            raise exc
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return super().handle_error(request, status, exc, message)
        long = isinstance(exc, LineTooLong)
        words = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE if long else HTTPStatus.BAD_REQUEST
        return refused(Refusal(words, close=True)).response()


def _is_plain(message: RawRequestMessage, payload: StreamReader) -> bool:
    """Return whether one answer on a kept connection is all that the request needs."""
    has_all = (
        payload.is_eof() and payload.exception() is None
        if message.method == "POST"
        else message.method == "GET" and payload is EMPTY_PAYLOAD
    )
    return (
        has_all
        and message.version == HttpVersion11
        and not (message.should_close or message.upgrade or "Expect" in message.headers)
    )
