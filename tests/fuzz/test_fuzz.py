"""No input makes a parser that faces the network crash. `make fuzz` gives them many more."""

import os
import random
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS, attack

INPUTS = int(os.environ.get("INPUTS", "0"))
PIECES = (
    b'{"', b'"}', b"[", b"]", b"\\ud800", b"\\u0000", b"\xff", b"\xed\xa0\x80", b"\xef\xbf\xbe",
    b"1e999", b"NaN", b"-", b"9" * 40, b"\r\n", b"\x00", b",", b":", b"null", b"[" * 200, b"%2f",
    b"..", b"@", b"\xf0\x9f\x98\x80", b"\xe2\x80\xae", b"v1,", b" ", b'"a":1,', b"\\",
)  # fmt: skip

anything = st.one_of(
    st.binary(max_size=400),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join),
)


def mutated(seed: bytes, chance: random.Random) -> bytes:
    """Return a few cuts, repeats, flips and insertions."""
    raw = bytearray(seed)
    for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3, 6))):
        at = chance.randrange(len(raw) + 1)
        match chance.randrange(5):
            case 0:
                raw[at:at] = chance.choice(PIECES)
            case 1:
                del raw[at : at + chance.randint(1, 8)]
            case 2:
                raw[at : at + 1] = bytes([chance.randrange(256)])
            case 3:
                raw[at:at] = raw[max(0, at - chance.randint(1, 20)) : at]
            case _:
                raw[at:at] = chance.randbytes(chance.randint(1, 8))
    return bytes(raw)


@pytest.mark.parametrize("target", TARGETS)
@settings(max_examples=100)
@given(raw=anything, seed=st.integers(0, 2**32))
def test_i12_no_bytes_crash_a_parser(target: str, raw: bytes, seed: int) -> None:
    """B25 to B38: any bytes are taken or refused, and nothing else happens."""
    attack(target, raw)
    chance = random.Random(seed)
    attack(target, mutated(chance.choice(TARGETS[target][1]), chance))


@pytest.mark.skipif(not INPUTS, reason="the long run is make fuzz")
def test_many_inputs() -> None:
    """As many inputs as INPUTS says run over all parsers, and a crash names its bytes."""
    seed = int(os.environ.get("SEED", str(time.time_ns())))
    chance = random.Random(seed)
    names = list(TARGETS)
    taken = dict.fromkeys(names, 0)
    begin = time.monotonic()
    for number in range(INPUTS):
        name = names[number % len(names)]
        raw = mutated(chance.choice(TARGETS[name][1]), chance)
        try:
            taken[name] += attack(name, raw)
        except Exception as error:
            raise AssertionError(f"{name} crashed on {raw!r} (SEED={seed})") from error
    seconds = time.monotonic() - begin
    sys.stdout.write(
        f"\n{INPUTS} inputs, 0 crashes, {seconds:.0f} s, SEED={seed}; taken: {taken}\n"
    )
