"""New words: what unusually many customers say within 15 minutes, and no article has."""

import pytest
from surgeline.application.spikes.heard_words import words_in
from surgeline.domain.spikes.words import NewWord, Words, kept_words, new_words

USUAL = [Words(100, {"order": 30})] * 10


def who(*numbers: int) -> frozenset[str]:
    """Return some customers."""
    return frozenset(f"c{number}" for number in numbers)


def test_a_word_that_is_always_said_is_not_new() -> None:
    """Thirty of a hundred say it every day, so thirty of a hundred are no news."""
    heard = {"order": who(*range(30)), "strike": who(*range(50, 65))}
    [found] = new_words(heard, 100, USUAL)
    assert (found.word, len(found.customers)) == ("strike", 15)


def test_words_of_the_same_customers_are_one_new_word() -> None:
    """The commonest word leads, and one that goes on keeps its lead with half as many."""
    heard = {"train": who(*range(12)), "strike": who(*range(20))}
    assert new_words(heard, 100, USUAL) == [NewWord("strike", who(*range(20)), 1.0, ("train",))]
    [found] = new_words(heard, 100, USUAL, goes_on={"train"})
    assert (found.word, found.others) == ("train", ("strike",))


def test_a_word_of_an_article_is_known() -> None:
    """Articles are read only where a word is unusual."""
    asked: list[str] = []

    def known() -> set[str]:
        asked.append("articles")
        return {"strike"}

    assert new_words({"strike": who(*range(7))}, 100, USUAL, known=known) == []
    assert asked == []
    assert new_words({"strike": who(*range(30))}, 100, USUAL, known=known) == []
    assert asked == ["articles"]
    assert new_words({"strike": who(*range(30))}, 100, USUAL[:6]) == []


def test_what_few_customers_say_is_not_kept() -> None:
    """Three customers may know each other. Four words of many are counts, and name nobody."""
    assert kept_words({"strike": who(1, 2, 3, 4), "kim": who(1, 2, 3)}) == {"strike": 4}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Are your trains on strike?", ["train", "strike"]),
        ("파업은 언제 끝나요?", ["파업", "언제", "끝나"]),
        ("Y a-t-il la grève aujourd'hui à l'entrepôt ?", ["greve", "entrepot"]),
        ("Call 010-1234-5678 or kim@mail.example, order A4711", ["call"]),
    ],
)
def test_words_are_counted_by_their_roots(text: str, words: list[str]) -> None:
    """Plurals and Korean endings are one word. Numbers, addresses and small words are none."""
    assert words_in(text) >= set(words)
    assert not {"the", "kim", "010", "a4711"} & words_in(text)
