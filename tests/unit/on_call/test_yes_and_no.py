"""A yes or no in words, in three languages."""

import pytest
from surgeline.domain.on_call.words import Said, said_in, told_in


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Yes", Said(coming=True, language="en")),
        ("yes, 20 min", Said(coming=True, language="en", in_minutes=20)),
        ("OK!", Said(coming=True, language="en")),
        ("Oui, dans 15 minutes", Said(coming=True, language="fr", in_minutes=15)),
        ("J\u2019arrive", Said(coming=True, language="fr")),
        ("네 30분", Said(coming=True, language="ko", in_minutes=30)),
        ("아니요.", Said(coming=False, language="ko")),
        ("no\n\n> You are called, until 18:00", Said(coming=False, language="en")),
        ("yes 9999", None),
        ("yes but when?", None),
        ("20", None),
        ("", None),
        ("y" * 5_000, None),
    ],
)
def test_a_word_is_a_yes_a_no_or_neither(text: str, said: Said | None) -> None:
    """Only a word that stands alone, perhaps with minutes, is an answer."""
    assert said_in(text) == said


def test_every_answer_is_told_in_its_language() -> None:
    """Whatever became of an answer, there is a sentence for it."""
    for language in ("en", "fr", "ko"):
        for told in ("coming", "declined", "full", "over", "hours", "not_asked"):
            assert told_in(language, told)
