"""The rows say what is sent, and which answers are right. They do no I/O but read the aim's clock.

Rows without an entrance here (JWT and SNS channels, splitting for a messenger) are in `ABSENT`.
"""

import base64
import gzip
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from surgeline.adapters.signing.standard_webhooks import sign

from local.badinput.wire import Headers, Shot

ABSENT: Mapping[str, str] = {
    "B13": "the gateway's own encoding: in the functions' tests",
    "B15": "no channel with JWT signatures",
    "B16": "no channel over SNS",
    "B39": "no channel that splits texts",
    "B40": "no channel with a limit of its own",
}
BODY_CAP = 262_144
UNAUTHORIZED, BAD = (401,), (400,)
TAKEN = (202,)

_RUN_SECRET = b"somebody else's secret, 32 bytes"


@dataclass(frozen=True, slots=True)
class Case:
    """A request and the right statuses. `taken` says that the request is a message with one reply.

    `sender` is unique to the case, so that a reply tells which case had an effect.
    """

    row: str
    what: str
    shot: Shot
    right: tuple[int, ...]
    sender: str
    taken: bool = False


@dataclass
class Aim:
    """The target with its keys. `mark` is in every text, so that logs can be searched for it."""

    path: str
    keys: Sequence[bytes]
    mark: str
    now: Callable[[], float] = time.time
    _count: int = field(default=0)

    def sender(self, row: str) -> str:
        """Return a new sender, whose name begins with the row's name."""
        self._count += 1
        return f"{row}-{self._count}"

    def elsewhere(self, id_: str) -> str:
        """Return the same route for another id: `/v1/channels/ID/messages`, or its like."""
        parts = self.path.split("/")
        return "/".join([*parts[:3], id_, *parts[4:]])

    def good(
        self,
        sender: str,
        text: str = "Where is my order?",
        *,
        more: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return a message that would be taken."""
        return {"sender": sender, "text": f"{text} {self.mark}", **(more or {})}

    def proof(
        self, body: bytes, *, keys: Sequence[bytes] | None = None, skew: int = 0
    ) -> dict[str, str]:
        """Return the headers of the signature."""
        self._count += 1
        return sign(
            keys or self.keys,
            webhook_id=f"bad-{self.mark}-{self._count}",
            timestamp=int(self.now()) + skew,
            body=body,
        )

    def case(
        self,
        row: str,
        what: str,
        body: object = None,
        *,
        right: tuple[int, ...],
        proof: Mapping[str, str] | None = None,
        headers: Mapping[str, str | bytes] | None = None,
        extra: Headers = (),
        method: str = "POST",
        path: str | None = None,
        sender: str | None = None,
        keys: Sequence[bytes] | None = None,
        skew: int = 0,
    ) -> Case:
        """Return a signed message with one thing wrong.

        The body is bytes, a value for JSON, or the good one.
        """
        sender = sender or self.sender(row)
        whole = self.good(sender) if body is None else body
        if isinstance(whole, dict) and whole.get("sender") == "SENDER":
            whole = {**whole, "sender": sender}
        raw = whole if isinstance(whole, bytes) else json.dumps(whole).encode()
        raw = raw.replace(b"SENDER", sender.encode())
        signed = self.proof(raw, keys=keys, skew=skew) if proof is None else proof
        named = {"content-type": "application/json", **signed, **(headers or {})}
        pairs = tuple(
            (name.encode(), value if isinstance(value, bytes) else value.encode())
            for name, value in named.items()
            if value != ""
        )
        shot = Shot(path or self.path, pairs + extra, raw, method)
        return Case(row, what, shot, right, sender, taken=right == TAKEN)


def all_cases(aim: Aim) -> Iterator[Case]:
    """Yield all cases of every row that has an entrance on a signed channel."""
    for rows in (signatures, timestamps, requests, documents, _fields, _unicode, _texts):
        yield from rows(aim)


# ---------------------------------------------------------------- signatures


def signatures(aim: Aim) -> Iterator[Case]:
    """Yield B01 to B14, whose proofs are invalid."""
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        yield aim.case("B01", f"no {name}", headers={name: ""}, right=UNAUTHORIZED)
    yield aim.case("B02", "of another body", proof=aim.proof(b"{}"), right=UNAUTHORIZED)
    yield aim.case("B02", "of another secret", keys=[_RUN_SECRET], right=UNAUTHORIZED)
    yield aim.case("B02", "for another channel", path=_other(aim), right=UNAUTHORIZED)
    body = json.dumps(aim.good("B05-replay")).encode()
    proof = aim.proof(body)
    for what in ("first", "exact replay"):
        yield aim.case("B05", what, body, proof=proof, sender="B05-replay", right=TAKEN)
    broken = {
        "B07": ("v1,é", "v1,\x01", "v1,😀"),
        "B08": ("v1,====", "v1,abc", "v1,-_-_-_-_", "v1,ab cd", "v1,!!!!"),
        "B09": (" ".join(["v1,AAAA"] * 201),),
        "B10": ("v1,", "v1, ", ",", " "),
    }
    for row, signatures in broken.items():
        for signature in signatures:
            header = {"webhook-signature": signature}
            yield aim.case(row, ascii(signature)[:40], headers=header, right=(401, 400))
    good = aim.proof(json.dumps(aim.good("x")).encode())
    again = ((b"webhook-signature", good["webhook-signature"].encode()),)
    yield aim.case("B11", "two signature headers", extra=again, right=UNAUTHORIZED)
    sender = aim.sender("B12")
    body = json.dumps(aim.good(sender)).encode()
    for what, other in (
        ("spaces", json.dumps(aim.good(sender), indent=1)),
        ("key order", json.dumps(dict(reversed(aim.good(sender).items())))),
        ("escapes", body.decode().replace("W", "\\u0057")),
    ):
        yield aim.case("B12", what, other.encode(), proof=aim.proof(body), right=UNAUTHORIZED)
    yield from _other_algorithms(aim)


def _other_algorithms(aim: Aim) -> Iterator[Case]:
    body = json.dumps(aim.good("B14-x")).encode()
    proof = aim.proof(body)
    signed = f"{proof['webhook-id']}.{proof['webhook-timestamp']}.".encode() + body
    ours = proof["webhook-signature"].removeprefix("v1,")
    sha1 = base64.b64encode(hmac.digest(aim.keys[0], signed, hashlib.sha1)).decode()
    digest = hmac.digest(aim.keys[0], signed, hashlib.sha256)
    for what, signature in (
        ("v1a", f"v1a,{ours}"),
        ("sha1", f"v1,{sha1}"),
        ("hex", f"v1,{digest.hex()}"),
        ("another scheme", f"sha256={digest.hex()}"),
    ):
        wrong = {**proof, "webhook-signature": signature}
        yield aim.case("B14", what, body, proof=wrong, right=UNAUTHORIZED)


def timestamps(aim: Aim) -> Iterator[Case]:
    """Yield B03, B04 and B06, whose proofs are of another time."""
    yield aim.case("B03", "301 s old", skew=-301, right=UNAUTHORIZED)
    yield aim.case("B04", "301 s ahead", skew=302, right=UNAUTHORIZED)
    full_width = "１７６０００００００"
    for stamp in ("nan", "1e9", "1_614_265_330", "0x1", full_width, "1" * 40, "-1614265330"):
        header = {"webhook-timestamp": stamp}
        yield aim.case("B06", ascii(stamp)[:40], headers=header, right=UNAUTHORIZED)


# ---------------------------------------------------------------- http


def requests(aim: Aim) -> Iterator[Case]:
    """Yield B17 to B24, which are about the HTTP around the body."""
    for method in ("GET", "PUT", "DELETE", "HEAD"):
        yield aim.case("B17", method, method=method, right=(404, 405))
    for kind in ("", "text/plain", "application/x-www-form-urlencoded", "application/xml"):
        header = {"content-type": kind}
        yield aim.case("B18", kind or "none", headers=header, right=(415,))
    bomb = gzip.compress(b"[" * 50_000_000, 9)
    zipped = {"content-encoding": "gzip"}
    yield aim.case("B19", f"{len(bomb)} bytes of gzip", bomb, headers=zipped, right=(415,))
    yield aim.case("B20", "one byte over", b"x" * (BODY_CAP + 1), right=(413,))
    yield aim.case("B20", "10 MB", b"x" * 10_000_000, right=(413,))
    yield aim.case("B20", "12 MB", b"x" * 12_000_000, right=(413, 0))
    for what, body in (("empty", b""), ("spaces", b" \n "), ("mark", b"\xef\xbb\xbf")):
        yield aim.case("B21", what, body, right=BAD)
    long = ((b"x-long", b"a" * 10_000),)
    many = tuple((f"x-{n}".encode(), b"a") for n in range(500))
    for what, extra in (("10 kB of headers", long), ("500 headers", many)):
        yield aim.case("B22", what, extra=extra, right=(400, 431))
    for path in ("..%2f..%2fetc", "%2e%2e", "a%00b", "%ff", "x" * 3_000, "a/../b"):
        yield aim.case("B23", path[:20], path=aim.elsewhere(path), right=(401, 404))
    yield aim.case("B24", "unknown id", path=_other(aim), right=UNAUTHORIZED)
    yield aim.case("B24", "known id, bad proof", keys=[_RUN_SECRET], right=UNAUTHORIZED)


def _other(aim: Aim) -> str:
    return aim.elsewhere(aim.path.split("/")[3] + "x")


# ---------------------------------------------------------------- json


def documents(aim: Aim) -> Iterator[Case]:
    """Yield B25 to B30 and B34, whose bodies are not a JSON object of ours."""
    for body in (b"hello", b'{"sender":"SENDER"', b'{"sender":"SENDER",}', b"{} {}", b"{'a':1}"):
        yield aim.case("B25", ascii(body)[:30], body, right=BAD)
    for what, body in (
        ("arrays", b"[" * 100_000 + b"]" * 100_000),
        ("objects", b'{"a":' * 40_000 + b"1" + b"}" * 40_000),
    ):
        yield aim.case("B26", f"nested {what}", body, right=BAD)
    for number in ("1" * 5_000, "1e999", "NaN", "Infinity", "-Infinity"):
        body = f'{{"sender":"SENDER","text":"a","attachments":{number}}}'.encode()
        yield aim.case("B27", number[:12], body, right=BAD)
    zero = f'{{"sender":"SENDER","text":"Where is my order? {aim.mark}","attachments":-0}}'
    yield aim.case("B27", "-0", zero.encode(), right=(202, 400))
    for twice in (
        b'"sender":"x","sender":"SENDER","text":"a"',
        b'"sender":"SENDER","text":"a","text":"b"',
    ):
        yield aim.case("B28", "a key twice", b"{" + twice + b"}", right=BAD)
    keys = ",".join(f'"k{n}":1' for n in range(20_000))
    many = f'{{"sender":"SENDER","text":"a",{keys}}}'.encode()
    yield aim.case("B29", "20,000 keys", many, right=BAD)
    items = b'{"sender":"SENDER","text":"a","x":[' + b"1," * 100_000 + b"1]}"
    yield aim.case("B29", "100,000 elements", items, right=BAD)
    for body in (b"[]", b'"text"', b"5", b"null", b"true"):
        yield aim.case("B30", body.decode(), body, right=BAD)
    yield aim.case("B34", "bytes that are no UTF-8", b'{"sender":"SENDER\xff"}', right=BAD)


def _fields(aim: Aim) -> Iterator[Case]:
    for what, wrong in (
        ("sender as object", {"sender": {"id": 1}}),
        ("sender as number", {"sender": 5}),
        ("empty sender", {"sender": ""}),
        ("sender of 257", {"sender": "x" * 257}),
        ("text as list", {"text": ["a"]}),
        ("text as null", {"text": None}),
        ("attachments as string", {"attachments": "1"}),
        ("attachments below none", {"attachments": -1}),
        ("half an attachment", {"attachments": 1.5}),
    ):
        yield aim.case("B31", what, aim.good("SENDER") | wrong, right=BAD)
    unknown = {"type": "something.new", "nested": {"a": [1]}}
    yield aim.case("B32", "unknown fields", aim.good("SENDER", more=unknown), right=TAKEN)
    tags = {"__proto__": {"admin": True}, "$ref": "#/x", "py/object": "os.system"}
    yield aim.case("B33", "class tags", aim.good("SENDER", more=tags), right=TAKEN)


# ---------------------------------------------------------------- characters and texts


def _unicode(aim: Aim) -> Iterator[Case]:
    for row, text in (
        ("B35", "\ud800 lone \udfff"),
        ("B36", "nul \x00 inside"),
        ("B37", "\ufffe \uffff \x01\x08\x1f\x7f"),
        ("B38", "\u202eevil\u202c \u200b\u200d Ρаypal"),
        ("B41", "주문은 어디에 있나요?"),
        ("B41", "주문은 어디에 있나요?"),
    ):
        yield aim.case(row, ascii(text)[:30], aim.good("SENDER", text), right=TAKEN)
    raw = f'{{"sender":"SENDER","text":"\\ud83d {aim.mark}"}}'.encode()
    yield aim.case("B35", "half an escape", raw, right=TAKEN)


def _texts(aim: Aim) -> Iterator[Case]:
    for text in ("😀😀", "https://example.com/a?b=c"):
        yield aim.case("B42", ascii(text), {"sender": "SENDER", "text": text}, right=TAKEN)
    for text in ("", "   ", "\u200b\x00"):
        empty = {"sender": "SENDER", "text": text}
        yield aim.case("B42", f"{text!a} alone", empty, right=BAD)
        filled = empty | {"attachments": 1}
        yield aim.case("B42", f"{text!a} with a file", filled, right=TAKEN)
    huge = aim.good("SENDER", "a " * 100_000)
    yield aim.case("B43", "200 kB of text", huge, right=BAD)
    yield aim.case("B43", "1 MB of text", aim.good("SENDER", "a" * 1_000_000), right=(413,))
    for text in ("a" * 9_000, "1-" * 4_500, " " * 9_000 + "x", "((((" * 2_000):
        yield aim.case("B45", ascii(text[:12]), aim.good("SENDER", text), right=TAKEN)
    forged = f'\r\n{{"level":"ERROR","message":"forged {aim.mark}"}}\x1b[2J'
    yield aim.case("B46", "a forged line", aim.good("SENDER", forged), right=TAKEN)
    for text in ("4111 1111 1111 1111", "ann@example.com +82 10-1234-5678", "900101-1234567"):
        yield aim.case("B47", text[:12], aim.good("SENDER", text), right=TAKEN)
    body = json.dumps(aim.good("B44-flood")).encode()
    for number in range(60):
        yield aim.case(
            "B44", f"message {number + 1} of 60", body, sender="B44-flood", right=(202, 429)
        )
