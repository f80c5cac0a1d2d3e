"""Secrets are written and read, and messages signed, as the reference library does it."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook
from surgeline.adapters.signing.standard_webhooks import (
    decode_secret,
    decode_secrets,
    new_secret,
    sign,
    verify,
)
from surgeline.errors import Unprocessable

# The vector that the specification's own libraries test with.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
NOW = 1614265330
BODY = b'{"test": 2432232314}'

KEY = decode_secret(SECRET)
OLD_KEY = bytes(range(32))


class TestSecrets:
    """How secrets are written."""

    @pytest.mark.parametrize("length", [24, 25, 26, 32, 64])
    def test_round_trip(self, length: int) -> None:
        """A handed-out secret decodes to its bytes, padded or not."""
        key = bytes(range(length))
        text = new_secret(key)
        assert decode_secret(text) == decode_secret(text.rstrip("=")) == key

    @pytest.mark.parametrize(
        "odd",
        [
            "",
            "whsec_",
            "whsec_====",
            SECRET.removeprefix("whsec_"),
            "WHSEC_" + SECRET.removeprefix("whsec_"),
            " " + SECRET,
            SECRET + "\n",
            SECRET + "=",
            SECRET[:-1] + "==",
            SECRET[:20] + "!" + SECRET[20:],
            SECRET + "é",
            "whsec_" + "-_" * 20,
            SECRET + "A",
            "whsec_" + base64.b64encode(bytes(22)).decode(),
            "whsec_" + base64.b64encode(bytes(65)).decode(),
            "whsk_" + SECRET.removeprefix("whsec_"),
        ],
    )
    def test_refused(self, odd: str) -> None:
        """Anything but one secret of an accepted length is refused, without repeating it."""
        with pytest.raises(Unprocessable) as refused:
            decode_secret(odd)
        assert len(odd) < 20 or odd[7:] not in str(refused.value)

    @pytest.mark.parametrize("length", [0, 22, 65])
    def test_new_secret_of_a_refused_length(self, length: int) -> None:
        """A secret that could not be read back is not made."""
        with pytest.raises(Unprocessable):
            new_secret(bytes(length))

    def test_several_in_one_value(self) -> None:
        """Spaces part the secrets of a rotation."""
        assert decode_secrets(f" {SECRET}  {new_secret(OLD_KEY)}\n") == (KEY, OLD_KEY)
        assert decode_secrets(SECRET) == (KEY,)

    @pytest.mark.parametrize("odd", ["", "  ", f"{SECRET} x", " ".join([SECRET] * 5)])
    def test_refused_values(self, odd: str) -> None:
        """None, a broken one among them, or more than a rotation needs."""
        with pytest.raises(Unprocessable):
            decode_secrets(odd)


class TestSigning:
    """What we refuse to sign."""

    @pytest.mark.parametrize("secrets", [(), (b"",), (KEY, b"")])
    def test_without_a_secret(self, secrets: tuple[bytes, ...]) -> None:
        """Nothing is sent under an empty secret."""
        with pytest.raises(ValueError, match="without a secret"):
            sign(secrets, webhook_id=ID, timestamp=NOW, body=BODY)

    @pytest.mark.parametrize("odd", ["", "a.b", "a\r\nb", "x" * 256])
    def test_odd_id(self, odd: str) -> None:
        """An id that could forge a header or another id's signature is not signed."""
        with pytest.raises(ValueError, match="webhook id"):
            sign((KEY,), webhook_id=odd, timestamp=NOW, body=BODY)


_keys = st.binary(min_size=24, max_size=64)
_ids = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="."),
    min_size=1,
    max_size=255,
)


@given(key=_keys, webhook_id=_ids, body=st.text())
def test_oracle_signs_the_same(key: bytes, webhook_id: str, body: str) -> None:
    """The reference library signs every message as we do."""
    oracle = Webhook(new_secret(key)).sign(webhook_id, datetime.fromtimestamp(NOW, UTC), body)
    ours = sign((key,), webhook_id=webhook_id, timestamp=NOW, body=body.encode())
    assert ours["webhook-signature"] == oracle
    assert verify((key,), ours, body.encode(), now_seconds=NOW) == webhook_id


@given(key=_keys, other=_keys, webhook_id=_ids, body=st.text())
def test_oracle_takes_ours(key: bytes, other: bytes, webhook_id: str, body: str) -> None:
    """The reference library takes what we sign now, under each secret of a rotation."""
    now = int(datetime.now(tz=UTC).timestamp())
    made = sign((other, key), webhook_id=webhook_id, timestamp=now, body=body.encode())
    for secret in (key, other):
        Webhook(new_secret(secret)).verify(body, made, json_parse=False)
