"""What pools' people must not see is taken out, and nothing else."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.domain.redaction import redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("card 4111 1111 1111 1111 please", "card [card] please"),
        ("4111-1111-1111-1111", "[card]"),
        ("카드 5555555555554444입니다", "카드 [card]입니다"),
        ("amex 378282246310005.", "amex [card]."),
        ("주민번호 900101-1234567 입니다", "주민번호 [resident number] 입니다"),
    ],
)
def test_payment_data_is_taken_out(text: str, expected: str) -> None:
    """Card numbers by their check digit, resident registration numbers by their date."""
    assert redact(text, "payment") == expected
    assert redact(text, "contact") == expected
    assert redact(text, "none") == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to kim.lee+x@shop.co.kr!", "write to [e-mail]!"),
        ("010-1234-5678", "[phone]"),
        ("전화010-1234-5678로", "전화[phone]로"),
        ("+33 6 12 34 56 78 or (02) 123-4567", "[phone] or [phone]"),
        ("call 212-555-0123", "call [phone]"),
        ("021234567+33612345678", "[phone][phone]"),
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
        "991399-1234567",  # no date
        "I waited 45 minutes at 09:30",
        "12345678901234567890123",
        "see shop@home",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    """Orders, dates, prices and tracking numbers are what people need to help."""
    assert redact(text, "contact") == text


@given(st.text(alphabet="0123456789 -.()+@a", max_size=60))
def test_redacting_again_changes_nothing(text: str) -> None:
    """What is left has nothing more to take out, whatever the text."""
    once = redact(text, "contact")
    assert redact(once, "contact") == once


@pytest.mark.parametrize("part", ["1 ", "a", "a@", "0", "+1(", "a.", "a@b."])
def test_the_longest_text_takes_no_time(part: str) -> None:
    """B-row of regular expressions: ten thousand characters in well under a second."""
    started = time.perf_counter()
    redact(part * (10_000 // len(part)), "contact")
    assert time.perf_counter() - started < 0.5
