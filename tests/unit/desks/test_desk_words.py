"""A person's text at a desk is read as words and commands."""

import pytest
from surgeline.application.desks.acts import (
    Attached,
    Closed,
    GaveBack,
    Left,
    Noted,
    PassedOn,
    Promised,
    Said,
    Took,
    Unsent,
)
from surgeline.application.desks.words import MOST_TEXT, read_words, with_files


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("Hello", (Said("Hello"),)),
        ("  Hello\n\nBye  ", (Said("Hello\n\nBye"),)),
        ("#accept", (Took(),)),
        ("!Accept", (Took(),)),
        ("#decline too busy", (Left("too busy"),)),
        ("#decline", (Left("declined"),)),
        ("#resolve", (Closed("solved"),)),
        ("#resolve Spam", (Closed("spam"),)),
        ("It is done.\n\n#resolve: unsolved", (Said("It is done."), Closed("unsolved"))),
        ("#resolve\nIt is done.", (Said("It is done."), Closed("solved"))),
        ("#accept\nHello\n#resolve", (Took(), Said("Hello"), Closed("solved"))),
        ("#return", (GaveBack(""),)),
        ("#return not ours", (GaveBack("not ours"),)),
        ("#pending 2h", (Promised(7_200),)),
        ("#pending 30min I ask the workshop", (Promised(1_800, "I ask the workshop"),)),
        ("One moment.\n#pending 1D", (Said("One moment."), Promised(86_400))),
        ("#transfer", (PassedOn(None, ""),)),
        ("#transfer - for somebody else", (PassedOn(None, "for somebody else"),)),
        ("#transfer North knows it", (PassedOn("north", "knows it"),)),
        ("#note see order 17\nand 18", (Noted("see order 17\nand 18"),)),
        ("#accept\n#note I look", (Took(), Noted("I look"))),
        ("// for us", (Noted("for us"),)),
        ("🔒 for us", (Noted("for us"),)),
        ("#resolve\n#transfer north", (Closed("solved"),)),
        ("", ()),
        ("   ", ()),
        ("#note", ()),
    ],
)
def test_a_text_is_words_and_commands(text: str, acts: tuple[object, ...]) -> None:
    """Commands stand in the first and last lines, and what ends something comes last and once."""
    assert read_words(text) == acts


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("#resovle", "resovle"),
        ("Bye\n#resovle", "resovle"),
        ("#resolve perhaps", "resolve perhaps"),
        ("#transfer north/west", "transfer north/west"),
        ("#pending", "pending"),
        ("#pending tomorrow", "pending tomorrow"),
        ("#pending 0h", "pending 0h"),
        ("x" * (MOST_TEXT + 1), f"{MOST_TEXT + 1}"),
    ],
)
def test_what_is_not_understood_sends_nothing(text: str, about: str) -> None:
    """A text with an unknown command, or one that is too long, has no other act."""
    [only] = read_words(text)
    assert isinstance(only, Unsent)
    assert only.about == about


@pytest.mark.parametrize("text", ["Order #17 is here", "#17", "a\n#b c\nd", "C#", "# heading"])
def test_words_with_a_mark_are_words(text: str) -> None:
    """A mark inside a line, before a number or between lines is no command."""
    assert read_words(text) == (Said(text),)


def test_files_beyond_the_most_are_told() -> None:
    """Ten files of one text go, and whoever added more hears which did not."""
    files = tuple(Attached(f"u{number}", f"{number}.pdf") for number in range(12))
    left = [Unsent("file", f"{number}.pdf", "too many") for number in (10, 11)]
    assert with_files((Closed(),), files) == (*files[:10], *left, Closed())
