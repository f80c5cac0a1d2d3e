"""What pools' people must not see is taken out, and nothing else."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.domain.redaction import redact, without_names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("card 4111 1111 1111 1111 please", "card [card] please"),
        ("4111-1111-1111-1111", "[card]"),
        ("카드 5555555555554444입니다", "카드 [card]입니다"),
        ("amex 378282246310005.", "amex [card]."),
        ("주민번호 900101-1234567 입니다", "주민번호 [resident number] 입니다"),
        ("NSS 1 85 05 78 006 084 91.", "NSS [social security number]."),
        ("185057800608491", "[social security number]"),
        ("18505 78006 08491 06 12 34", "[social security number] 06 12 34"),
        ("1850578006084 ou 1 85 05 78 006 084", " ou ".join(["[social security number]"] * 2)),
        ("née à Bastia, 2 85 05 2B 033 084 42", "née à Bastia, [social security number]"),
    ],
)
def test_payment_data_is_taken_out(text: str, expected: str) -> None:
    """Cards by their check digit, resident numbers by their date, French ones by key or month."""
    assert redact(text, "payment") == expected
    assert redact(text, "contact") == expected
    assert redact(text, "none") == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my card is 4111 1111 1111 1111 12/27", "my card is [card]"),
        ("4111111111111111 12/27 123", "[card]"),
        ("card 4111-1111-1111-1111 123", "card [card]"),
        ("order 1042 4111 1111 1111 1111", "order 1042 [card]"),
        ("378282246310005 1234", "[card]"),
        ("카드번호는 4111 1111 1111 1111 12/27 입니다", "카드번호는 [card] 입니다"),
        ("4111  1111  1111  1111", "[card]"),
        ("4111\u00a01111\u00a01111\u00a01111", "[card]"),
        ("4111\n1111\n1111\n1111", "[card]"),
        ("4111\u20131111\u20131111\u20131111", "[card]"),
        ("4111\t1111\t1111\t1111", "[card]"),
        ("4111/1111/1111/1111", "[card]"),
        ("4111, 1111, 1111, 1111", "[card]"),
        ("4111\u200b1111\u200b1111\u200b1111", "[card]"),
        ("4111 - 1111 - 1111 - 1111", "[card]"),
        ("900101 - 1234567", "[resident number]"),
        ("900101\u20131234567", "[resident number]"),
        ("900101 1 234567", "[resident number]"),
        ("1042 900101-1234567", "1042 [resident number]"),
        ("41111111111111111227123", "[card]"),
        ("4111 1111 1111 11111227", "[card]"),
        ("3782 822463 10005 12/27 1234", "[card]"),
        ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "[card]"),
        ("\uff14\uff11\uff11\uff11 1111 1111 1111", "[card]"),
        ("5555555555554444 4111111111111111", "[card] [card]"),
        ("900101-1234567 010-1234-5678", "[resident number] 010-1234-5678"),
        ("4242 4242 4242 4242 4242 thanks", "[card] thanks"),  # two numbers share their digits
    ],
)
def test_what_stands_around_a_number_hides_it_from_nobody(text: str, expected: str) -> None:
    """A card or resident number goes whatever separates its groups and whatever digits follow."""
    assert redact(text, "payment") == expected


@pytest.mark.parametrize(
    "text",
    [
        "kim\u200b@example.com",
        "kim\uff20example.com",
        "010\u20131234\u20135678",
        "010\u00a01234\u00a05678",
        "010 - 1234 - 5678",
        "010\u200b1234\u200b5678",
        "212\u2013555\u20130123",
    ],
)
def test_what_separates_its_parts_hides_no_address_or_phone(text: str) -> None:
    """An e-mail address or a phone number goes whatever dashes, spaces or marks are inside."""
    assert redact(text, "contact") in ("[e-mail]", "[phone]")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to kim.lee+x@shop.co.kr!", "write to [e-mail]!"),
        ("010-1234-5678", "[phone]"),
        ("전화010-1234-5678로", "전화[phone]로"),
        ("+33 6 12 34 56 78 or (02) 123-4567", "[phone] or [phone]"),
        ("call 212-555-0123", "call [phone]"),
        ("021234567+33612345678", "[phone][phone]"),
        ("2026-11-28 010-1234-5678", "2026-11-28 [phone]"),
    ],
)
def test_contact_data_is_taken_out_for_contact(text: str, expected: str) -> None:
    """E-mail addresses and phone numbers, in the ways people write them."""
    assert redact(text, "contact") == expected
    assert redact(text, "payment") == text


@pytest.mark.parametrize(
    "text",
    [
        "order 1042 of 2026-03-01 for 49.90",
        "tracking 4111111111111112",  # no check digit
        "order 185057800608490",  # no key of a French number
        "1772366400000",  # a time, which has no month where a French number has one
        "991399-1234567",  # no date
        "I waited 45 minutes at 09:30",
        "12345678901234567890123",
        "91111111111111111117",  # a right check digit, but too long for a card
        "see shop@home",
        "36 37 38 39 40 41 42 43 44 45",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    """Orders, dates, prices and tracking numbers are what people need to help."""
    assert redact(text, "contact") == text


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("Hi, Kim Lee here, kim again", ("Kim Lee",), "Hi, [name] here, [name] again"),
        ("a kimono for Al, please", ("Kim", "Al"), "a kimono for [name], please"),
        ("저는 김철수입니다", ("김철수",), "저는 [name]입니다"),
        ("Je m'appelle Anne-Marie.", ("anne-marie",), "Je m'appelle [name]."),
        ("nothing is known", ("", " "), "nothing is known"),
        ("of the house", ("Jo of Arc",), "of the house"),
    ],
)
def test_known_names_are_taken_out(text: str, names: tuple[str, ...], expected: str) -> None:
    """A name goes as a whole and in its longer parts, and never out of another word."""
    assert without_names(text, names) == expected


PARTS = (
    "1 85 05 2A ",
    "1 ",
    "a",
    "a@",
    "0",
    "+1(",
    "a.",
    "a@b.",
    "4 ",
    "4",
    "6",
    "4111 1111 ",
    "900101-",
    "5\u200b",
)


@given(st.text(alphabet="0123456789 -.()+@a", max_size=60) | st.text(alphabet="0149 ", max_size=40))
def test_redacting_again_changes_nothing(text: str) -> None:
    """A redacted text has nothing more to redact."""
    once = redact(text, "contact")
    assert redact(once, "contact") == once


@pytest.mark.parametrize("part", PARTS)
def test_the_longest_text_takes_no_time(part: str) -> None:
    """A text of ten thousand characters is redacted in well under a second."""
    started = time.process_time()
    redact(part * (10_000 // len(part)), "contact")
    assert time.process_time() - started < 0.5
