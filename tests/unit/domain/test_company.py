"""The company's colours stay readable, and its texts promise and hold what the shipped ones do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.adapters.system_texts import system_texts
from surgeline.domain.company import colours
from surgeline.domain.company.look import Look
from surgeline.domain.company.wording import PROMISES, text_problems

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
LIGHT = ("#fffefc", "#f3f2ed", "#f1f0ea", "#e1efea")
DARK = ("#161c1b", "#0f1413", "#212927", "#1a3833")
"""The surfaces of web/chat/chat.css."""


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#0d6159", "#0d6159", 1.0)],
)
def test_the_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    """The ratio is the published one, in both directions."""
    assert colours.contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert colours.contrast(other, one) == colours.contrast(one, other)


@given(COLOURS)
def test_every_accent_gets_shades_that_can_be_read(accent: str) -> None:
    """Words on the accent, and words in it, have a contrast of 4.5 in light and in dark."""
    for shades, surfaces in (
        (colours.light_shades(accent), LIGHT),
        (colours.dark_shades(accent), DARK),
    ):
        assert colours.contrast(shades.on_accent, shades.accent) >= 4.5
        assert all(colours.contrast(shades.text, each) >= 4.5 for each in surfaces)
    assert colours.contrast(colours.dark_shades(accent).accent, DARK[0]) >= 3


@given(COLOURS)
def test_the_shade_that_is_proposed_is_taken(accent: str) -> None:
    """A colour that is too light is told the nearest shade that stands out from the page."""
    assert colours.is_seen(colours.nearest_seen(accent))
    if colours.is_seen(accent):
        assert colours.nearest_seen(accent) == accent


SHIPPED = "{name|A colleague} has joined the chat."


@pytest.mark.parametrize(
    "text",
    ["{name|Somebody} is here.", "A person is here.", "{{name|x}} {name|x}", "Hello\nthere"],
)
def test_a_text_may_use_what_the_shipped_text_uses(text: str) -> None:
    """Known placeholders with words for when there is none, or none at all, are fine."""
    assert list(text_problems(text, SHIPPED)) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "give a text"),
        ("  \n ", "give a text"),
        ("{agent|x} is here", "there is no {agent} here"),
        ("{name} is here", "give {name} words"),
        ("{name is here", "a brace stands alone"),
        ("{Name|x}", "a brace stands alone"),
        ("x" * 501, "501 characters"),
        ("a\u202eb", "turns the direction"),
        ("a\x00b", "control character"),
        ("We will call you.", "promises 'call you'"),
        ("We answer within 2 hours.", "promises 'within 2'"),
        ("Réponse sous 24 h.", "promises 'sous 24'"),
        ("나중에 답을 드려요.", "promises"),
    ],
)
def test_a_text_that_would_fail_is_told_why(text: str, problem: str) -> None:
    """An unknown placeholder, a lost brace, a hidden mark and a promise are named."""
    assert any(problem in each for each in text_problems(text, SHIPPED))


def test_a_promise_of_the_shipped_text_may_be_kept() -> None:
    """Where the shipped text promises something, something keeps it, and so the own text may."""
    assert list(text_problems("We call you soon.", "We will call you.")) == []


@pytest.mark.parametrize("language", sorted(system_texts()))
def test_the_shipped_texts_pass_their_own_check(language: str) -> None:
    """Each shipped text could be saved as the company's own, and only kept requests promise."""
    texts = system_texts()[language]
    assert [key for key, text in texts.items() if any(text_problems(text, text))] == []
    promising = {key for key, text in texts.items() if PROMISES.search(text)}
    assert promising <= {"kept", "kept_while_closed", "promised", "callback_set"}


def test_a_brand_is_dressed_over_the_company() -> None:
    """A brand's own fields count first, text by text, and the rest is the company's."""
    company = Look(
        name="Lamps", accent="#7a1f5c", texts={"en": {"greeting": "Hi", "thanks": "Bye"}}
    )
    brand = Look(name="Bulbs", texts={"en": {"greeting": "Hey"}, "fr": {"greeting": "Salut"}})
    look = brand.over(company)
    assert (look.name, look.accent) == ("Bulbs", "#7a1f5c")
    assert look.texts == {"en": {"greeting": "Hey", "thanks": "Bye"}, "fr": {"greeting": "Salut"}}
    assert look.page_words("en") == {"title": "Bulbs"}
    assert look.system_texts("fr") == {"greeting": "Salut"}
