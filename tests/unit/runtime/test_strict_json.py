"""JSON from strangers: what is refused before and while it is parsed, and by which words."""

import json
import time
import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from surgeline.errors import BadRequest, PayloadTooLarge, Rejected
from surgeline.runtime.strict_json import (
    MAX_BYTES,
    MAX_INT,
    MIN_INT,
    int_field,
    load_object,
    loads,
    text_field,
)


def refusal(raw: bytes) -> str:
    """Return what the caller is told."""
    with pytest.raises(BadRequest) as refused:
        loads(raw)
    return str(refused.value)


def utf8_and_ascii(value: object) -> tuple[bytes, str]:
    """Return what every store and queue does to a value later."""
    return json.dumps(value, ensure_ascii=False).encode(), json.dumps(value, ensure_ascii=True)


class TestB20Size:
    """The cap on bytes comes before anything else."""

    def test_one_byte_over(self) -> None:
        """B20: one byte over the cap is too large, whatever the bytes say."""
        fits = b'"' + b"x" * (MAX_BYTES - 2) + b'"'
        assert loads(fits) == "x" * (MAX_BYTES - 2)
        with pytest.raises(PayloadTooLarge) as refused:
            loads(fits + b" ")
        assert refused.value.status == 413

    def test_ten_megabytes_are_not_parsed(self) -> None:
        """B20: 10 MB of broken JSON is refused by size, at once."""
        huge = b"[" * 10_000_000
        started = time.perf_counter()
        with pytest.raises(PayloadTooLarge):
            loads(huge)
        assert time.perf_counter() - started < 0.5

    def test_another_cap(self) -> None:
        """The caller may ask for less."""
        with pytest.raises(PayloadTooLarge):
            loads(b"12345", max_bytes=4)


@pytest.mark.parametrize("raw", [b"", b" \r\n\t ", b"\xef\xbb\xbf", b"\xef\xbb\xbf{}"])
def test_b21_no_document(raw: bytes) -> None:
    """B21: nothing, white space, or a byte order mark is no document."""
    assert refusal(raw)


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"secret", "line 1, column 1"),
        (b'{"a": "secret', "line 1, column 7"),
        (b'{"a": [1, 2', "line 1, column 12"),
        (b'{"a":\n 1,}', "line 2"),
        (b"[1,]", "line 1"),
        (b"{} {}", "line 1, column 4"),
        (b"{}\n[]", "line 2, column 1"),
        (b"{'secret': 1}", "line 1, column 2"),
        (b'"\\secret"', "line 1, column 2"),
        (b'"secret\n"', "line 1, column 8"),
        (b"]]]]", "line 1, column 1"),
        (b'"\\', "line 1"),
        (b"01", "column 2"),
        (b"1.", "column 2"),
        (b"\xc2\xa01", "column 1"),
    ],
)
def test_b25_not_json(raw: bytes, place: str) -> None:
    """B25: broken JSON is refused with its place, and nothing of it is repeated."""
    said = refusal(raw)
    assert place in said
    assert "secret" not in said


@pytest.mark.parametrize(
    "raw", [b"[" * 100_000, b'{"a":' * 50_000, b"[" * 100_000 + b"]" * 100_000]
)
def test_b26_nested_arrays(raw: bytes) -> None:
    """B26: 100,000 nested arrays are refused before they are parsed."""
    assert refusal(raw)


def test_b26_depth_to_the_limit() -> None:
    """B26: 32 levels are read, 33 are not; brackets inside strings are no levels."""
    assert loads(b"[" * 32 + b"]" * 32)
    assert "32" in refusal(b"[" * 33 + b"]" * 33)
    brackets = '[{\\"' * 1_000
    assert loads(f'["{brackets}"]'.encode()) == ['[{"' * 1_000]
    assert loads(b"[" + b",".join([b"[[[]]]"] * 100) + b"]")


@pytest.mark.parametrize(
    "raw",
    [
        b"1" * 5_000,
        b"-" + b"1" * 5_000,
        b"9223372036854775808",
        b"-9223372036854775809",
        b"18446744073709551616",
        b"1e999",
        b"-1e999",
        b"1" * 400 + b".0",
        b"NaN",
        b"Infinity",
        b"-Infinity",
    ],
)
def test_b27_numbers_refused(raw: bytes) -> None:
    """B27: numbers that some reader could not keep are refused, deep inside as well."""
    assert refusal(raw)
    assert refusal(b'{"a": [' + raw + b"]}")


def test_b27_numbers_read() -> None:
    """B27: everything up to 64 bits, small fractions and minus zero are read."""
    assert loads(b"[9223372036854775807, -9223372036854775808]") == [MAX_INT, MIN_INT]
    assert loads(b"[-0, -0.0, 1e-999, 0.5]") == [0, 0.0, 0.0, 0.5]


@pytest.mark.parametrize(
    "raw",
    [
        b'{"id":1,"id":2}',
        b'{"id":1,"id":1}',
        b'[{"a":{"b":1,"c":2,"b":3}}]',
        b'{"id":1,"\\u0069d":2}',
        b'{"\\ud800":1,"\\udfff":2}',
    ],
)
def test_b28_duplicate_keys(raw: bytes) -> None:
    """B28: a key twice in an object is refused, also when it is spelled in two ways."""
    assert "twice" in refusal(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"{" + b",".join(b'"%d":1' % i for i in range(20_000)) + b"}",
        b"[" + b"1," * 100_000 + b"1]",
        b"[" + b"[]," * 60_000 + b"[]]",
        b"[" + b"," * 200_000 + b"]",
    ],
)
def test_b29_too_many_items(raw: bytes) -> None:
    """B29: too many items are refused before they are built, in little memory."""
    tracemalloc.start()
    assert "10000" in refusal(raw)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * MAX_BYTES


def test_b29_items_to_the_limit() -> None:
    """B29: 10,000 items are read; commas and colons inside strings are no items."""
    assert loads(json.dumps([0] * 10_000).encode()) == [0] * 10_000
    assert "10000" in refusal(json.dumps([0] * 10_001).encode())
    assert loads(json.dumps("a,b:[" * 20_000).encode())


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"[]", "an array"),
        (b'"x"', "text"),
        (b"1", "a number"),
        (b"1.5", "a number"),
        (b"null", "null"),
        (b"true", "true or false"),
    ],
)
def test_b30_not_an_object(raw: bytes, kind: str) -> None:
    """B30: a body that is no object is refused, and its type is named."""
    with pytest.raises(BadRequest, match=f"not {kind}"):
        load_object(raw)


def test_b32_unknown_fields() -> None:
    """B32: unknown fields are kept and harm nothing."""
    assert load_object(b'{"id": "a", "new": {"x": [1]}}') == {"id": "a", "new": {"x": [1]}}


@pytest.mark.parametrize("key", ["__proto__", "$ref", "__class__", "py/object", "constructor"])
def test_b33_magic_names(key: str) -> None:
    """B33: names that mean something elsewhere are plain keys here."""
    value = load_object(json.dumps({key: {"polluted": True}}).encode())
    assert value == {key: {"polluted": True}}
    assert type(value) is dict


@pytest.mark.parametrize(
    "raw",
    [
        b'"\xff"',
        b'"\xc3"',
        b'"\xed\xa0\x80"',
        b'"\xc0\xaf"',
        b'"\xf5\x80\x80\x80"',
        '"é"'.encode("latin-1"),
        '{"a":1}'.encode("utf-16"),
        '{"a":1}'.encode("utf-16-le"),
        '{"a":1}'.encode("utf-32"),
    ],
)
def test_b34_not_utf8(raw: bytes) -> None:
    """B34: bytes that are not UTF-8 are refused, other encodings of Unicode too."""
    assert refusal(raw)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (rb'"\ud800"', "\ufffd"),
        (rb'"\udfff"', "\ufffd"),
        (rb'"\uDBFFx\uDC00"', "\ufffdx\ufffd"),
        (rb'"\ud83d\ude00"', "😀"),
        (rb'"\uD83D\uDE00"', "😀"),
        (rb'"\ud83d\ud83d\ude00\ude00"', "\ufffd😀\ufffd"),
        (rb'"\\ud800"', r"\ud800"),
        (rb'"\\\ud800"', "\\\ufffd"),
        (rb'"\ud800\\udc00"', "\ufffd\\udc00"),
        (rb'"\ud800\n"', "\ufffd\n"),
        (rb'"\"\ud800\""', '"\ufffd"'),
    ],
)
def test_b35_lone_surrogates(raw: bytes, text: str) -> None:
    """B35: half a surrogate pair becomes U+FFFD, whole pairs and escaped backslashes stay."""
    assert loads(raw) == text
    assert loads(b"{" + raw + b":[" + raw + b"]}") == {text: [text]}
    utf8_and_ascii(loads(raw))


def test_b36_null_character() -> None:
    """B36: U+0000 may come escaped and goes on escaped; raw it is no JSON."""
    value = loads(rb'"a\u0000b"')
    assert value == "a\x00b"
    assert utf8_and_ascii(value) == (rb'"a\u0000b"', r'"a\u0000b"')
    assert refusal(b'"a\x00b"')


@pytest.mark.parametrize("point", [0x01, 0x08, 0x0B, 0x1F, 0x7F, 0x85, 0xFFFE, 0xFFFF, 0x10FFFF])
def test_b37_illegal_in_a_queue(point: int) -> None:
    """B37: characters that a queue refuses are read, and are plain ASCII in what is sent on."""
    value = loads(b'"' + json.dumps(chr(point)).encode()[1:-1] + b'"')
    assert value == chr(point)
    _, ascii_json = utf8_and_ascii(value)
    assert all(c.isprintable() for c in ascii_json) or point == 0x7F
    assert ascii_json.isascii()


@pytest.mark.parametrize(
    "unit",
    [
        b'"',
        b"\\",
        b'\\"',
        b'"\\"',
        b'\\\\"',
        b"\\ud800",
        b'"\\ud800',
        b"]",
        b"[]",
        b"9",
        b"1.",
        b"-",
    ],
)
def test_b45_time_is_linear(unit: bytes) -> None:
    """B45: no body of the accepted size takes long, however it is broken."""
    for raw in (unit * (MAX_BYTES // len(unit)), b'"' + unit * ((MAX_BYTES - 1) // len(unit))):
        started = time.process_time()
        with pytest.raises(BadRequest):
            loads(raw)
        assert time.process_time() - started < 0.5


class TestB31Fields:
    """Fields are read one by one, with words for what is wrong."""

    OBJ = {  # noqa: RUF012 - read only
        "text": "héllo",
        "number": 7,
        "big": 2**62,
        "fraction": 1.0,
        "flag": True,
        "list": ["x"],
        "object": {"x": 1},
        "null": None,
        "empty": "",
    }

    @pytest.mark.parametrize("name", ["number", "fraction", "flag", "list", "object", "null"])
    def test_text_of_another_type(self, name: str) -> None:
        """B31: a value that should be a text is refused by its name, with the accepted type."""
        with pytest.raises(BadRequest, match=rf"^{name} must be text of 1 to 9") as refused:
            text_field(self.OBJ, name, max_chars=9)
        assert refused.value.field == name

    @pytest.mark.parametrize("name", ["text", "fraction", "flag", "list", "object", "null"])
    def test_number_of_another_type(self, name: str) -> None:
        """B31: text, a fraction or true is no whole number."""
        with pytest.raises(BadRequest, match=rf"^{name} must be a whole number") as refused:
            int_field(self.OBJ, name)
        assert refused.value.field == name

    def test_the_value_is_never_repeated(self) -> None:
        """B31: a refusal says nothing of the customer's text."""
        obj = {"text": "my card is 4111"}
        for refuse in (
            lambda: text_field(obj, "text", max_chars=3),
            lambda: int_field(obj, "text"),
        ):
            with pytest.raises(BadRequest) as refused:
                refuse()
            assert "4111" not in str(refused.value)

    def test_values(self) -> None:
        """An accepted text comes back as it was sent."""
        assert text_field(self.OBJ, "text", max_chars=5) == "héllo"
        assert text_field(self.OBJ, "empty", max_chars=5, min_chars=0) == ""
        assert int_field(self.OBJ, "number", maximum=7) == 7

    @pytest.mark.parametrize("name", ["null", "absent"])
    def test_optional(self, name: str) -> None:
        """An optional field may be null or absent."""
        assert text_field(self.OBJ, name, max_chars=5, required=False) is None
        assert int_field(self.OBJ, name, required=False) is None

    def test_optional_is_still_checked(self) -> None:
        """An optional field of the wrong type is refused."""
        with pytest.raises(BadRequest):
            text_field(self.OBJ, "number", max_chars=5, required=False)
        with pytest.raises(BadRequest):
            int_field(self.OBJ, "text", required=False)

    def test_bounds(self) -> None:
        """B43, B72: too long, too short, negative and too large are refused, with the bounds."""
        with pytest.raises(BadRequest, match="1 to 4 characters, not 5 characters"):
            text_field(self.OBJ, "text", max_chars=4)
        with pytest.raises(BadRequest, match="not 0 characters"):
            text_field(self.OBJ, "empty", max_chars=4)
        with pytest.raises(BadRequest, match="from 0 to 6"):
            int_field(self.OBJ, "number", maximum=6)
        with pytest.raises(BadRequest, match="from 8 to"):
            int_field(self.OBJ, "number", minimum=8)
        with pytest.raises(BadRequest, match="not nothing"):
            int_field(self.OBJ, "absent")


def _judge(raw: bytes) -> None:
    try:
        value = loads(raw)
    except Rejected:
        return
    as_utf8, as_ascii = utf8_and_ascii(value)
    assert loads(as_utf8) == loads(as_ascii.encode()) == value


@given(st.binary(max_size=300))
@example(b"\\")
@example(b'"\\')
@example(b'{"\\ud800')
def test_any_bytes(raw: bytes) -> None:
    """Any bytes are a value that can be stored and sent, or a refusal."""
    _judge(raw)


_pieces = st.sampled_from(
    [
        *'[]{},:" \n0-1.eE"\\',
        "true",
        "null",
        "NaN",
        '"a"',
        '"a":',
        "\\u0000",
        "\\ud800",
        "\\udc00",
        "\\uD83D\\uDE00",
        "\\ud8",
        "\\u",
        "\\\\",
        "1e400",
        "9" * 21,
        "é",
        "\ufffe",
        "\x00",
        "\ufeff",
    ]
)


@given(st.lists(_pieces, max_size=40))
def test_anything_like_json(parts: list[str]) -> None:
    """Bytes that look like JSON are a value that can be stored and sent, or a refusal."""
    _judge("".join(parts).encode())
    _judge(('["' + "".join(parts) + '"]').encode())


_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(MIN_INT, MAX_INT)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)


@given(_values)
def test_every_honest_value(value: object) -> None:
    """A document that another program writes is read as meant, in either spelling."""
    as_utf8, as_ascii = utf8_and_ascii(value)
    assert loads(as_utf8) == value
    assert loads(as_ascii.encode()) == value
