"""A plain text loses its hidden characters, keeps the rest, and may say nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.domain.plain_text import plain_text, says_something


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("a\x00b\x1b[31mc\x7f\x9b", "ab[31mc"),
        ("one\r\ntwo\rthree\x0cfour\x85five", "one\ntwo\nthree\nfour\nfive"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("배송은 언제?", "배송은 언제?"),
        ("👩‍👧 é", "👩‍👧 é"),
    ],
)
def test_controls_go_and_words_stay(written: str, kept: str) -> None:
    """Control characters are taken out; tabs, line breaks and every letter stay."""
    assert plain_text(written) == kept


@given(st.text())
def test_plain_text_is_plain_already(text: str) -> None:
    """Nothing more happens to a text that was made plain."""
    once = plain_text(text)
    assert plain_text(once) == once
    assert len(once) <= len(text)


@pytest.mark.parametrize("empty", ["", " ", "\n\t", "\u00a0\u3000", "\u200b\u200d", "\ufeff\u202e"])
def test_an_empty_text_says_nothing(empty: str) -> None:
    """Spaces and marks that steer other characters leave nothing to be read."""
    assert not says_something(empty)


@pytest.mark.parametrize("text", ["1", "?", "네", "👍", "\U0001fae9", "\ue000", "a\u200b"])
def test_any_sign_says_something(text: str) -> None:
    """One letter, digit, mark or emoji is a message, also one that this Python does not know."""
    assert says_something(text)
