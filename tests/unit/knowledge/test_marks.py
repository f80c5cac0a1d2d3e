"""Hostile texts of combining marks are read in little time, because their runs are cut first."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.knowledge.articles.article import Place
from surgeline.knowledge.articles.reading import Reading
from surgeline.knowledge.text.choices import picked
from surgeline.knowledge.text.marks import LONGEST_RUN, normalised, stream_safe
from surgeline.knowledge.text.reading import (
    detect_language,
    match_form,
    plain_form,
    small_talk,
    tidy,
    wants_person,
)
from surgeline.knowledge.text.rejections import rejection_in

PLACE = Place("shop.jsonl", 1)
MARKS = "\u0344\u0f73\u0301\u0327\u3099\uff9e\uff9f\u0f75\u0f81\u05b0\u302a"
HIDDEN = "\u200b\u200d\u2060"
HOSTILE = (
    "\u0344" * 5000 + "\u0f73" * 4999,
    "\u0344\u0f73" * 5000,
    "\uff9e\u0344\u0327" * 3333,
    # A character that is taken out later would join the runs on its two sides.
    "\u200d".join(["\u0344\u0f73" * 15] * 320),
    "a" + "\u0301\u0327" * 4999,
    "\u302a\uff9e\u05b0" * 3333,
)
MANY = 30
BOUND_SECONDS = 1.0
"""So many such texts take a tenth of it; without the cut, at least three times as long."""


def longest_run(text: str) -> int:
    """Count the marks that stand directly behind each other once a text is decomposed."""
    longest = run = 0
    for character in unicodedata.normalize("NFKD", text):
        run = run + 1 if unicodedata.combining(character) else 0
        longest = max(longest, run)
    return longest


def test_every_character_that_begins_with_a_mark_counts_as_one() -> None:
    """No character of Unicode that decomposes into marks escapes the count."""
    for code in (*range(0xD800), *range(0xE000, 0x110000)):
        decomposed = unicodedata.normalize("NFKD", chr(code))
        if unicodedata.combining(decomposed[0]):
            assert len(stream_safe(chr(code) * 40)) == LONGEST_RUN, hex(code)


@given(st.text(st.sampled_from(MARKS + HIDDEN + "aé가"), max_size=300))
def test_no_run_of_marks_is_longer_than_the_stream_safe_format_allows(text: str) -> None:
    """A cut text's runs of marks stay bounded when decomposed, where each mark gives two at
    most.
    """
    assert longest_run(stream_safe(text)) <= 2 * LONGEST_RUN + 3


@pytest.mark.parametrize("text", ["", "a\u0301" * 50, "환불 문의", "ภาษาไทยก็อ่านได้", "न्ही" * 20])
def test_what_people_write_is_kept_as_it_is(text: str) -> None:
    """Thirty marks in a row are no writing; fewer are never touched."""
    assert stream_safe(text) == text
    assert normalised("NFC", text) == unicodedata.normalize("NFC", text)


def test_messages_of_marks_take_no_time() -> None:
    """All that is asked of such messages is answered within a bound of processor time."""
    started = time.process_time()
    for number in range(MANY):
        text = f"{HOSTILE[number % len(HOSTILE)]}{number}"
        for ask in (detect_language, match_form, small_talk, wants_person, rejection_in):
            ask(text)
        picked(text, ["Returns", text])
    assert time.process_time() - started < BOUND_SECONDS


def test_articles_of_marks_take_no_time() -> None:
    """An author's texts are bounded in the same way."""
    started = time.process_time()
    reading = Reading()
    for number in range(10 * MANY):
        text = HOSTILE[number % len(HOSTILE)]
        fields = {"id": f"a{number}", "title": "Marks", "language": "en", "questions": ["Marks?"]}
        reading.add(PLACE, fields | {"answer": text[:4000]})
    assert time.process_time() - started < 2 * BOUND_SECONDS


def test_a_message_is_tidied_once() -> None:
    """Several questions about one message share its tidy form."""
    text = "Où est ma commande ? It never came."
    before = tidy.cache_info().misses
    for ask in (detect_language, match_form, plain_form, small_talk, wants_person, rejection_in):
        ask(text)
    assert tidy.cache_info().misses == before + 1


@given(
    st.text(st.characters(max_codepoint=0x17F) | st.characters(min_codepoint=0x1100), max_size=30)
)
def test_a_form_is_the_same_letter_by_letter_and_as_a_whole(text: str) -> None:
    """Usual letters are looked up one by one, which gives the form of the text as a whole."""
    apart = unicodedata.normalize("NFD", tidy(text).casefold())
    bare = "".join(each for each in apart if unicodedata.category(each) != "Mn")
    whole = unicodedata.normalize("NFC", bare).replace("œ", "oe").replace("æ", "ae")
    assert plain_form(text) == whole
