"""The rows of the other two entrances live here: the chat page's API, and a pool's callbacks.

A row's name ends with the name of the entrance, as in `B25 web`. `rows` says what each row means.
Nothing here sends a request.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from local.badinput.rows import (
    BAD,
    BODY_CAP,
    TAKEN,
    UNAUTHORIZED,
    Aim,
    Case,
    documents,
    requests,
    signatures,
    timestamps,
)

NOBODYS = "t" + "a" * 26 + "-1"
UNKNOWN = (404,)
_ANY_MARK = "\u202eevil\u202c \u0000 \ufffe \x1b[2J"


# ---------------------------------------------------------------- the chat page


@dataclass
class WebAim(Aim):
    """The chat page's API. Each case is a visitor of its own, who is known by a token.

    A case uses up one of the `tokens`. `visitors` says afterwards which sender had which token.
    """

    tokens: list[str] = field(default_factory=list)
    visitors: dict[str, str] = field(default_factory=dict)
    _token: str = ""

    def good(
        self,
        sender: str,
        text: str = "Where is my order?",
        *,
        more: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return a message of the page."""
        body = {"client_message_id": sender.replace(" ", "-"), "text": f"{text} {self.mark}"}
        return {**body, **(more or {})}

    def proof(
        self, body: bytes, *, keys: Sequence[bytes] | None = None, skew: int = 0
    ) -> dict[str, str]:
        """Return the header with the visitor's token, which does not depend on the body."""
        del body, keys, skew
        return {"authorization": f"Bearer {self._token}"}

    def case(self, row: str, what: str, body: object = None, **how: Any) -> Case:  # noqa: ANN401 # as in Aim.case
        """Return a case as on a signed channel, with a new visitor."""
        self._token = self.tokens.pop()
        case = super().case(row, what, body, **how)
        self.visitors[case.sender] = self._token
        return case


def web_cases(aim: WebAim) -> Iterator[Case]:
    """Yield the cases that apply to a visitor's messages. Signatures, for example, do not apply."""
    for case in (*requests(aim), *documents(aim)):
        # B24 is about signatures (a token's own row is below), and a GET reads the chat.
        if case.row != "B24" and case.shot.method != "GET":
            yield _at(case, "web")
    yield from (_at(case, "web") for case in _web_rows(aim))


def _web_rows(aim: WebAim) -> Iterator[Case]:
    for what, token in (
        ("no token", ""),
        ("no bearer", "Basic eDp5"),
        ("an empty token", "Bearer "),
        ("a broken token", "Bearer a.b.c"),
        ("a token in bytes", "Bearer \xe9\xff"),
        ("a huge token", "Bearer " + "x" * 8_000),
    ):
        yield aim.case("B01", what, headers={"authorization": token}, right=UNAUTHORIZED)
    altered = {"authorization": f"Bearer x{aim.tokens[-1][1:]}"}
    yield aim.case("B02", "an altered token", headers=altered, right=UNAUTHORIZED)
    elsewhere = aim.elsewhere("nosuch")
    yield aim.case("B24", "a token of another channel", path=elsewhere, right=(401, 404))
    for what, wrong in (
        ("id as object", {"client_message_id": {"id": 1}}),
        ("id of 65", {"client_message_id": "x" * 65}),
        ("id with a slash", {"client_message_id": "a/b"}),
        ("text as list", {"text": ["a"]}),
        ("text as null", {"text": None}),
        ("language as number", {"language": 5}),
    ):
        yield aim.case("B31", what, aim.good("x") | wrong, right=BAD)
    for text in ("", " \n", "\u200b\x00"):
        yield aim.case("B42", f"{text!a} alone", aim.good("x") | {"text": text}, right=BAD)
    tags = {"__proto__": {"admin": True}, "nested": {"a": [1]}}
    yield aim.case("B33", "unknown fields", aim.good("x", more=tags), right=TAKEN)
    for row, text in (
        ("B35", "\ud800 lone \udfff"),
        ("B38", _ANY_MARK),
        ("B42", "?!"),
        ("B45", "1-" * 4_500),
        ("B46", '\r\n{"level":"ERROR","message":"forged"}'),
        ("B47", "4111 1111 1111 1111"),
    ):
        yield aim.case(row, ascii(text)[:30], aim.good("x", text), right=TAKEN)
    yield aim.case("B43", "200 kB of text", aim.good("x", "a " * 100_000), right=BAD)
    one = {"authorization": f"Bearer {aim.tokens.pop()}"}
    sender = aim.sender("B44")
    for number in range(60):
        body = aim.good(f"B44-{number}")
        what = f"message {number + 1} of 60"
        yield aim.case("B44", what, body, headers=one, sender=sender, right=(202, 429))


# ---------------------------------------------------------------- pools


class PoolAim(Aim):
    """A pool, which signs as a channel does. Its events are about nobody's conversation."""

    def good(
        self,
        sender: str,
        text: str = "Where is the parcel?",
        *,
        more: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return a note on a conversation that does not exist."""
        del sender
        data = {"conversation_id": NOBODYS, "epoch": 1, "text": f"{text} {self.mark}"}
        return {"type": "note.added", "data": {**data, **(more or {})}}


def pool_cases(aim: PoolAim) -> Iterator[Case]:
    """Yield the cases that apply to callbacks.

    No case is taken, because the conversation does not exist.
    """
    for rows in (signatures, timestamps, requests, documents):
        yield from (_at(case, "pool") for case in rows(aim) if TAKEN[0] not in case.right)
    yield from (_at(case, "pool") for case in _pool_rows(aim))


def _pool_rows(aim: PoolAim) -> Iterator[Case]:
    for what in ("first", "again"):
        yield aim.case("B05", f"nobody's conversation, {what}", right=UNKNOWN)
    good = aim.good("x")
    for what, wrong in (
        ("id as object", {"conversation_id": {"id": 1}}),
        ("id of another form", {"conversation_id": "../../etc"}),
        ("epoch as text", {"epoch": "1"}),
        ("epoch as true", {"epoch": True}),
        ("half an epoch", {"epoch": 1.5}),
        ("text as list", {"text": ["a"]}),
        ("no text", {"text": ""}),
    ):
        body = {**good, "data": {**good["data"], **wrong}}
        yield aim.case("B31", what, body, right=(400, 422))
    yield aim.case("B32", "an unknown type", {**good, "type": "something.new"}, right=(400, 422))
    for row, text in (
        ("B35", "\ud800 lone \udfff"),
        ("B38", _ANY_MARK),
        ("B46", '\r\n{"level":"ERROR","message":"forged"}'),
        ("B47", "900101-1234567"),
    ):
        yield aim.case(row, ascii(text)[:30], aim.good("x", text), right=UNKNOWN)
    long = aim.good("x", "a" * (BODY_CAP - 2_000))
    yield aim.case("B43", "250 kB of text", long, right=(400, 422))


def _at(case: Case, entrance: str) -> Case:
    return replace(case, row=f"{case.row} {entrance}")
