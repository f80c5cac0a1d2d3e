"""A reply read by hand is the reply that http.client reads."""

import http.client
import io
from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from surgeline.adapters.outbound.reply import (
    MAX_REPLY_BYTES,
    RawReply,
    _any_reply,
    _plain_head,
    read_reply,
)

_LINES = (
    b"Content-Length: 3",
    b"content-length:3 ",
    b"Content-Length: 0",
    b"Content-Length: +3",
    b"Content-Length: 3, 3",
    b"Transfer-Encoding: chunked",
    b"Connection: close",
    b"Connection: Keep-Alive",
    b"Retry-After:  7\t",
    b"Retry-After: \xd9\xa7",
    b" folded",
    b"nonsense",
    b"x : y",
    b"a\rb: c",
    b"",
)
_STATUS_LINES = (
    b"HTTP/1.1 200 OK",
    b"HTTP/1.1 204 No Content",
    b"HTTP/1.1 304 Not Modified",
    b"HTTP/1.1 503 ",
    b"HTTP/1.1 100 Continue",
    b"HTTP/1.0 200 OK",
    b"HTTP/1.1 200",
    b"HTTP/1.1 999 x",
)


def _by(read: object, pieces: Iterable[bytes]) -> RawReply | type[Exception]:
    left = iter(pieces)
    try:
        if read is read_reply:
            return read_reply(lambda: next(left, b""))
        return _any_reply(b"", lambda: next(left, b""))
    except http.client.HTTPException as error:
        return type(error)


@given(
    st.sampled_from(_STATUS_LINES),
    st.lists(st.sampled_from(_LINES), max_size=4),
    st.binary(max_size=5),
    st.integers(1, 40),
)
@example(b"HTTP/1.1 200 OK", [b"Content-Length: 3"], b"abc", 40)
@example(b"HTTP/1.1 204 No Content", [], b"", 40)
@example(b"HTTP/1.1 304 Not Modified", [b"Content-Length: 3"], b"", 40)
@example(b"HTTP/1.1 503 ", [b"Content-Length: 3"], b"more", 36)
def test_by_hand_as_by_the_library(
    status_line: bytes, lines: list[bytes], body: bytes, size: int
) -> None:
    """Status, Retry-After and body are read alike in whatever pieces a reply arrives."""
    raw = b"\r\n".join([status_line, *lines, b"", body])
    pieces = [raw[start : start + size] for start in range(0, len(raw), size)]
    ours, theirs = _by(read_reply, [raw]), _by(_any_reply, pieces)
    assert _by(read_reply, pieces) == _by(_any_reply, pieces)
    if isinstance(ours, RawReply) and isinstance(theirs, RawReply):
        # Pythons differ in whether a blank behind a header's value belongs to it.
        assert (ours.status, _stripped(ours), ours.body) == (
            theirs.status,
            _stripped(theirs),
            theirs.body,
        )


def _stripped(reply: RawReply) -> str | None:
    return reply.retry_after and reply.retry_after.strip()


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nDate: today\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok",
    ],
)
def test_the_usual_reply_needs_no_library(raw: bytes) -> None:
    """A usual reply of an endpoint is read by hand and leaves the connection open."""
    assert _plain_head(raw) is not None
    assert read_reply(io.BytesIO(raw).read).keep


def test_what_comes_after_the_reply() -> None:
    """A peer that says more than one reply is asked nothing else on that connection."""
    pieces = iter([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", b"okHTTP/1.1 200 OK"])
    reply = read_reply(lambda: next(pieces, b""))
    assert (reply.body, reply.keep) == (b"ok", False)


def test_a_huge_body_is_the_librarys() -> None:
    """A body over the cap is not gathered by hand."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
    assert _plain_head(head % MAX_REPLY_BYTES) is not None
    assert _plain_head(head % (MAX_REPLY_BYTES + 1)) is None
