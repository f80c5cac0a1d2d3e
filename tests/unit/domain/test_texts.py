"""Filling placeholders: values, fallbacks, and nothing that could run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.domain.texts import Words, fill


@pytest.mark.parametrize(
    ("text", "values", "filled"),
    [
        ("{name|A colleague} is here.", {"name": "Kim"}, "Kim is here."),
        ("{name|A colleague} is here.", {"name": None}, "A colleague is here."),
        ("{name|A colleague} is here.", {"name": ""}, "A colleague is here."),
        ("{name|A colleague} is here.", {}, "A colleague is here."),
        ("the first {limit} characters", {"limit": "4000"}, "the first 4000 characters"),
        ("the first {limit} characters", {}, "the first  characters"),
        ("{name|}!", {}, "!"),
        ("{a}{b|x}{a}", {"a": "1"}, "1x1"),
        ("{name|동료}님이 들어왔습니다", {}, "동료님이 들어왔습니다"),
    ],
)
def test_placeholders_are_filled(text: str, values: dict[str, str | None], filled: str) -> None:
    """A placeholder becomes its value, its fallback, or nothing."""
    assert fill(text, values) == filled


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "{}",
        "{ name }",
        "{Name}",
        "{name",
        "name}",
        "{0}",
        "{name!r}",
        "{name.__class__}",
        "{name[0]}",
        "${name}"[:1],
        "%s %(name)s",
        "{" + "x" * 41 + "}",
    ],
)
def test_anything_else_stays_as_it_is(text: str) -> None:
    """Format strings and template languages are only text."""
    assert fill(text, {"name": "Kim", "x": "1"}) == text


@pytest.mark.parametrize(
    ("text", "filled"),
    [("{{}}", "{}"), ("{{ 7 * 7 }}", "{ 7 * 7 }"), ("{{name|x}}", "{name|x}")],
)
def test_doubled_braces_are_shown_once(text: str, filled: str) -> None:
    """Doubled braces are shown as single ones, so that any text can be written."""
    assert fill(text, {"name": "Kim"}) == filled


def test_values_are_not_filled_again() -> None:
    """A value that looks like a placeholder is shown, not filled."""
    assert fill("{name|x}", {"name": "{secret}", "secret": "1234"}) == "{secret}"


@given(st.text(), st.dictionaries(st.text(max_size=5), st.text(max_size=5)))
def test_filling_never_raises(text: str, values: dict[str, str | None]) -> None:
    """Any text and any values give a text."""
    assert isinstance(fill(text, values), str)


def test_words_follow_the_numbers_of_their_language() -> None:
    """One is singular in English, nought too in French, and Korean knows no plural."""
    texts = {"seen": "{count} people saw {name}", "seen_one": "{count} person saw {name}"}
    said = {
        (language, count): Words(language, texts)("seen", count=count, name="it")
        for language in ("en", "fr", "ko")
        for count in (0, 1, 2, 1234)
    }
    singular = [key for key, text in said.items() if "person saw" in text]
    assert singular == [("en", 1), ("fr", 0), ("fr", 1)]
    assert said["en", 1234] == said["ko", 1234] == "1,234 people saw it"
    assert said["fr", 1234] == "1\u202f234 people saw it"
    assert Words("fr").number(1234.56, 1) == "1\u202f234,6"
    assert Words()("unknown", count=1) == "unknown"
