"""Verifying webhooks: published vectors, hostile headers, one kind of error."""

import base64
import contextlib
import hashlib
import hmac
import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.adapters.signing import standard_webhooks
from surgeline.adapters.signing.standard_webhooks import (
    decode_secret,
    sign,
    verify,
)
from surgeline.errors import BadRequest, Unauthorized

# The vector that the specification's own libraries test with.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
NOW = 1614265330
BODY = b'{"test": 2432232314}'
GOOD = "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
OTHER = "Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="

KEY = decode_secret(SECRET)
OLD_KEY = bytes(range(32))


def headers(
    *, webhook_id: str = ID, timestamp: str = str(NOW), signature: str = f"v1,{GOOD}"
) -> dict[str, str]:
    """Return the published request's headers, with something else in place."""
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": signature,
    }


def signed_by_hand(key: bytes, webhook_id: bytes, timestamp: bytes, body: bytes) -> str:
    """Return a signature as the specification's text describes it, without our code."""
    digest = hmac.new(key, webhook_id + b"." + timestamp + b"." + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def reason(
    given_headers: Mapping[str, str],
    body: bytes = BODY,
    *,
    secrets: tuple[bytes, ...] = (KEY,),
    now: int = NOW,
) -> str:
    """Return why the request is refused as Unauthorized."""
    with pytest.raises(Unauthorized) as refused:
        verify(secrets, given_headers, body, now_seconds=now)
    return refused.value.reason


class TestPublishedVectors:
    """Every case of the specification's own test suites."""

    def test_documented(self) -> None:
        """The published request is taken and its id returned."""
        assert verify((KEY,), headers(), BODY, now_seconds=NOW) == ID

    def test_signing_it_gives_the_published_headers(self) -> None:
        """Our own signature of the published request is the published one."""
        assert sign((KEY,), webhook_id=ID, timestamp=NOW, body=BODY) == headers()

    def test_documented_bad(self) -> None:
        """The published negative, its last character changed, is refused."""
        bad = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA="
        assert reason(headers(signature=bad)) == "signature"

    def test_multi(self) -> None:
        """One good signature among others and among unknown versions is enough."""
        several = f"v1,{OTHER} v2,{OTHER} v1,{GOOD} v1,{OTHER}"
        assert verify((KEY,), headers(signature=several), BODY, now_seconds=NOW) == ID

    @pytest.mark.parametrize("absent", ["webhook-id", "webhook-timestamp", "webhook-signature"])
    def test_missing(self, absent: str) -> None:
        """A request without any one of the three headers is refused."""
        rest = {name: value for name, value in headers().items() if name != absent}
        assert reason(rest) == "missing"

    def test_timestamp_hello(self) -> None:
        """A timestamp that is no number is refused."""
        assert reason(headers(timestamp="hello")) == "timestamp"

    def test_partial(self) -> None:
        """An empty signature value is refused."""
        assert reason(headers(signature="v1,")) == "signature"

    def test_unpadded_secret(self) -> None:
        """A secret whose base64 goes without padding is understood, 23 bytes or more."""
        key = decode_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS")
        known = headers(signature="v1,LVOXivKoo4FWasi/IaHvzhE/u+7/cu2AME+zS/nXqzk=")
        assert verify((key,), known, BODY, now_seconds=NOW) == ID


def test_b01_no_signature() -> None:
    """B01: without a signature nothing is verified, whatever else is there."""
    assert reason({"webhook-id": ID, "webhook-timestamp": str(NOW)}) == "missing"
    assert reason({}) == "missing"


@pytest.mark.parametrize(
    ("given_headers", "body", "key"),
    [
        pytest.param(headers(), BODY + b" ", KEY, id="another body"),
        pytest.param(headers(), BODY, OLD_KEY, id="another secret"),
        pytest.param(headers(webhook_id=ID + "x"), BODY, KEY, id="another id"),
        pytest.param(headers(timestamp=str(NOW + 1)), BODY, KEY, id="another time"),
    ],
)
def test_b02_signature_of_something_else(
    given_headers: dict[str, str], body: bytes, key: bytes
) -> None:
    """B02: the signature binds body, secret, id and time."""
    assert reason(given_headers, body, secrets=(key,)) == "signature"


@pytest.mark.parametrize("skew", [301, -301, 360, -360, 10**9])
def test_b03_b04_f47_outside_the_tolerance(skew: int) -> None:
    """B03, B04, F47: a valid signature over 300 s old or ahead is refused as a matter of time."""
    assert reason(headers(), now=NOW + skew) == "timestamp"


@pytest.mark.parametrize("skew", [300, -300, 0])
def test_b03_b04_at_the_edge_of_the_tolerance(skew: int) -> None:
    """B03, B04: exactly 300 s is still within it."""
    assert verify((KEY,), headers(), BODY, now_seconds=NOW + skew) == ID


def test_b05_a_replay_verifies_to_the_same_id() -> None:
    """B05: a replay inside the window names the same id, by which the caller recognises it."""
    assert {verify((KEY,), headers(), BODY, now_seconds=NOW + s) for s in (0, 5)} == {ID}


@pytest.mark.parametrize(
    "odd",
    [
        "nan",
        "1e9",
        "1_614_265_330",
        " 1614265330 ",
        "1614265330\n",
        "+1614265330",
        "-1614265330",
        "1614265330.0",
        "１６１４２６５３３０",
        "٠١٢٣",
        "²",
        "1" * 40,
        "1" * 5_000,
        "",
        "0x60378132",
    ],
)
def test_b06_odd_timestamps(odd: str) -> None:
    """B06: only one to twelve ASCII digits are a time, even where the signature covers the rest."""
    signature = signed_by_hand(KEY, ID.encode(), odd.encode(), BODY)
    assert reason(headers(timestamp=odd, signature=signature)) == "timestamp"


@pytest.mark.parametrize("odd", ["v1,é", "v1,\x00", "v1,😀", "v1,\ud800", "é,é", f"v1,{GOOD}é"])
def test_b07_signatures_beyond_ascii(odd: str) -> None:
    """B07: a signature header beyond ASCII is refused, not a crash."""
    assert reason(headers(signature=odd)) == "signature"


@pytest.mark.parametrize(
    "odd",
    [
        GOOD[:-1],
        GOOD[:-2],
        GOOD.replace("+", "-").replace("/", "_"),
        GOOD[:10] + "!" + GOOD[10:],
        GOOD[:10] + "\n" + GOOD[10:],
        GOOD + "=",
        GOOD[:-2] + "F=",  # decodes to the same bytes: its last two bits are not part of any
        base64.b64decode(GOOD).hex(),
        base64.b64decode(GOOD).hex()[:-1],
    ],
)
def test_b08_odd_base64(odd: str) -> None:
    """B08: only one spelling of a signature counts, and cut, url-safe, hex or padded ones do
    not.
    """
    assert reason(headers(signature=f"v1,{odd}")) == "signature"


def test_b09_too_many_signatures(monkeypatch: pytest.MonkeyPatch) -> None:
    """B09: over sixteen signatures are refused before anything is hashed."""

    def no_hashing(*_: object) -> bytes:
        raise AssertionError("hashed")

    monkeypatch.setattr(standard_webhooks, "_signature", no_hashing)
    for count in (17, 201):
        many = headers(signature=" ".join([f"v1,{OTHER}"] * (count - 1) + [f"v1,{GOOD}"]))
        assert reason(many) == "signatures"


def test_b09_sixteen_signatures_are_considered() -> None:
    """B09: the sixteenth signature still counts."""
    sixteen = headers(signature=" ".join([f"v1,{OTHER}"] * 15 + [f"v1,{GOOD}"]))
    assert verify((KEY,), sixteen, BODY, now_seconds=NOW) == ID


@pytest.mark.parametrize("secrets", [(), (b"",), (b"", b"")])
def test_b10_nothing_matches_without_a_secret(secrets: tuple[bytes, ...]) -> None:
    """B10: no secret and an empty secret match nothing, not even what they would sign."""
    for key in (b"", standard_webhooks._DECOY):
        signature = signed_by_hand(key, ID.encode(), str(NOW).encode(), BODY)
        assert reason(headers(signature=signature), secrets=secrets) == "signature"
    assert reason(headers(signature=""), secrets=secrets) == "signature"


def test_b10_an_empty_secret_beside_a_real_one() -> None:
    """B10: an empty secret in the list adds nothing to it."""
    signature = signed_by_hand(b"", ID.encode(), str(NOW).encode(), BODY)
    assert reason(headers(signature=signature), secrets=(b"", KEY)) == "signature"
    assert verify((b"", KEY), headers(), BODY, now_seconds=NOW) == ID


@pytest.mark.parametrize("joint", [",", ", "])
def test_b11_repeated_headers_joined_with_commas(joint: str) -> None:
    """B11: two signature headers in one, as an HTTP API joins them, are refused."""
    assert reason(headers(signature=f"v1,{OTHER}{joint}v1,{GOOD}")) == "duplicate"
    assert reason(headers(timestamp=f"{NOW}{joint}{NOW}")) == "timestamp"
    assert reason(headers(webhook_id=f"{ID}{joint}{ID}")) == "signature"


def test_b11_the_same_header_in_two_spellings() -> None:
    """B11: a header that comes twice under different cases is refused."""
    assert reason(headers() | {"Webhook-Signature": f"v1,{GOOD}"}) == "duplicate"


@pytest.mark.parametrize(
    "body", [b'{"test":2432232314}', b'{ "test": 2432232314}', b'{"\\u0074est": 2432232314}']
)
def test_b12_reserialised(body: bytes) -> None:
    """B12: the same JSON in other bytes is another body."""
    assert json.loads(body) == json.loads(BODY)
    assert reason(headers(), body) == "signature"


def test_b13_the_decoded_bytes_are_what_is_signed() -> None:
    """B13: bytes that arrived base64-encoded verify once decoded, any bytes at all."""
    body = bytes(range(256))
    made = sign((KEY,), webhook_id=ID, timestamp=NOW, body=body)
    arrived = base64.b64encode(body)
    assert verify((KEY,), made, base64.b64decode(arrived), now_seconds=NOW) == ID
    assert reason(made, arrived) == "signature"


@pytest.mark.parametrize(
    "confused",
    [
        pytest.param(f"v1a,{GOOD}", id="v1 under v1a"),
        pytest.param(f"v2,{GOOD}", id="v1 under v2"),
        pytest.param(f"V1,{GOOD}", id="capital"),
        pytest.param(GOOD, id="no version"),
        pytest.param(f",{GOOD}", id="empty version"),
        pytest.param("v1," + base64.b64encode(bytes(64)).decode(), id="ed25519 under v1"),
        pytest.param(
            "v1,"
            + base64.b64encode(
                hmac.new(KEY, f"{ID}.{NOW}.".encode() + BODY, hashlib.sha1).digest()
            ).decode(),
            id="sha1",
        ),
        pytest.param("sha256=" + base64.b64decode(GOOD).hex(), id="another scheme's header"),
        pytest.param(
            "v1," + base64.b64encode(hmac.digest(KEY, BODY, "sha256")).decode(), id="body only"
        ),
    ],
)
def test_b14_algorithm_confusion(confused: str) -> None:
    """B14: only HMAC-SHA256 under `v1` over the whole signed content is looked at."""
    assert reason(headers(signature=confused)) == "signature"


@pytest.mark.parametrize(
    "odd", ["", "x" * 256, "evt.1", "evt 1", "evt😀", "evt\n1", "evt\x7f", "\ud800", "x" * 10_240]
)
class TestB71OddIds:
    """Ids that no sender should use."""

    def test_from_the_owner_of_the_secret(self, odd: str) -> None:
        """B71: a correctly signed request with an odd id is told so."""
        signature = signed_by_hand(KEY, odd.encode(errors="surrogatepass"), str(NOW).encode(), BODY)
        with pytest.raises(BadRequest) as refused:
            verify((KEY,), headers(webhook_id=odd, signature=signature), BODY, now_seconds=NOW)
        assert refused.value.field == "webhook-id"

    def test_from_a_stranger(self, odd: str) -> None:
        """B71: a stranger learns nothing about ids; the signature is judged first."""
        assert reason(headers(webhook_id=odd)) == "signature"


def test_b71_a_gigantic_id_is_not_even_hashed() -> None:
    """B71: an id longer than all headers together can be is refused unhashed."""
    assert reason(headers(webhook_id="x" * 10_241)) == "id"


def test_b71_the_longest_id() -> None:
    """B71: an id may have 255 characters."""
    longest = "~" * 255
    made = sign((KEY,), webhook_id=longest, timestamp=NOW, body=BODY)
    assert verify((KEY,), made, BODY, now_seconds=NOW) == longest


def test_f46_rotation_overlap() -> None:
    """F46: either secret is taken on either side during a rotation, and later only the new one."""
    both = sign((KEY, OLD_KEY), webhook_id=ID, timestamp=NOW, body=BODY)
    for known in ((KEY,), (OLD_KEY,), (OLD_KEY, KEY)):
        assert verify(known, both, BODY, now_seconds=NOW) == ID
    old_sender = sign((OLD_KEY,), webhook_id=ID, timestamp=NOW, body=BODY)
    assert verify((KEY, OLD_KEY), old_sender, BODY, now_seconds=NOW) == ID
    assert reason(old_sender) == "signature"


def test_header_names_in_any_case() -> None:
    """Header names come in any case."""
    loud = {name.title(): value for name, value in headers().items()}
    assert verify((KEY,), loud, BODY, now_seconds=NOW) == ID


def test_unauthorized_looks_the_same_from_outside() -> None:
    """B24: the fault is told in `reason` for our logs, and the message is always the same."""
    messages = set()
    for wrong in ({}, headers(timestamp="x"), headers(signature="v1,x"), headers(signature=",,")):
        with pytest.raises(Unauthorized) as refused:
            verify((KEY,), wrong, BODY, now_seconds=NOW)
        messages.add(str(refused.value))
    assert len(messages) == 1


_hostile = st.one_of(
    st.text(max_size=300),
    st.text(st.characters(), max_size=50),  # surrogates included
    st.sampled_from([f"v1,{GOOD}", f"v1,{GOOD} v1,", str(NOW), ID, "", ",", " ", "v1,", "nan"]),
)
_names = st.one_of(
    st.sampled_from(["webhook-id", "Webhook-Id", "webhook-timestamp", "webhook-signature"]),
    st.text(max_size=20),
)


@given(given_headers=st.dictionaries(_names, _hostile), body=st.binary(max_size=200))
def test_any_request_is_refused_cleanly(given_headers: dict[str, str], body: bytes) -> None:
    """A stranger's request is always Unauthorized and nothing else."""
    assert reason(given_headers, body, secrets=(KEY, OLD_KEY))


@given(
    webhook_id=st.text(st.characters()),
    timestamp=st.one_of(st.just(str(NOW)), st.text(max_size=14)),
    body=st.binary(max_size=200),
)
def test_any_signed_request_is_judged_cleanly(webhook_id: str, timestamp: str, body: bytes) -> None:
    """A request signed by the secret's owner is an id, Unauthorized or BadRequest."""
    signature = signed_by_hand(
        KEY,
        webhook_id.encode(errors="surrogatepass"),
        timestamp.encode(errors="surrogatepass"),
        body,
    )
    signed = headers(webhook_id=webhook_id, timestamp=timestamp, signature=signature)
    with contextlib.suppress(Unauthorized, BadRequest):
        assert verify((KEY,), signed, body, now_seconds=NOW) == webhook_id


def test_the_comparison_takes_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every candidate is compared by `compare_digest`, on bytes, against every secret."""
    compared: list[tuple[object, object]] = []

    def watched(ours: bytes, theirs: bytes) -> bool:
        compared.append((type(ours), type(theirs)))
        return hmac.compare_digest(ours, theirs)

    class Watched:
        compare_digest = staticmethod(watched)
        digest = staticmethod(hmac.digest)

    monkeypatch.setattr(standard_webhooks, "hmac", Watched)
    verify((KEY, OLD_KEY), headers(signature=f"v1,{GOOD} v1,{OTHER}"), BODY, now_seconds=NOW)
    assert compared == [(bytes, bytes)] * 4
