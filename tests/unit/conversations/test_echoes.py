"""A provider's echo is known as ours by its text, and else a person of the company answered."""

from dataclasses import replace

import pytest
from surgeline.application.conversations.echoes import is_echo
from surgeline.application.conversations.intake import WORDLESS
from surgeline.application.ports.conversations import Record
from surgeline.domain.decide import Explanation
from surgeline.domain.effects import Choice, SendText
from surgeline.domain.events import CustomerWrote
from surgeline.domain.sent_files.attached import Attached

LONG = " ".join(f"Sentence {number} of a long text." for number in range(40))
OURS = ("Yes, we are open.", "Did you mean:", LONG)


def records() -> list[Record]:
    event = CustomerWrote("e1", "t1", "c", "s", 1, "hello")
    return [
        Record(
            seq=number,
            event=event,
            effects=(SendText(f"r{number}", "t1-1", number, 1, "bot", text),),
            explanation=Explanation("answer"),
            conversation_id="t1-1",
            at=1,
        )
        for number, text in enumerate(OURS, 1)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Yes, we are open.",
        "Yes,  we are\nopen. ",
        "Did you mean:\n\n1. Opening hours\n2. A person",
        LONG,
        LONG[:400],
        LONG[300:],
        "of a long text.",
    ],
)
def test_our_own_text_is_an_echo(text: str) -> None:
    """A text of ours, its choices below it, and each of its parts are ours."""
    assert is_echo(text, records())


@pytest.mark.parametrize(
    "text",
    ["Yes", "we are open.", "Did you mean: 2 of them?", "", "Sentence 3", "Hello, Kim here."],
)
def test_any_other_text_is_a_persons(text: str) -> None:
    """Words that only stand inside one of our texts are a person's."""
    assert not is_echo(text, records())


LINK = Attached("link", url="https://shop.example/returns", title="Returns")
MANUAL = Attached("file", file="f17", title="Manual")
PICTURE = Attached("image", url="https://shop.example/lamp.png", alt="The lamp")
ADDRESS = "https://chat.example/v1/media/t1.f17.1800000000.kabc"


def with_media(*media: Attached) -> Record:
    """Return the record of an answer with choices and these media."""
    choices = (Choice("a1", "Opening hours"), Choice(None, "A person"))
    sent = SendText("r1", "t1-1", 1, 1, "bot", LONG, choices=choices, media=media)
    event = CustomerWrote("e1", "t1", "c", "s", 1, "hello")
    return Record(1, event, (sent,), Explanation("answer"), "t1-1", at=1)


@pytest.mark.parametrize(
    "text",
    [
        f"{LONG}\n\nReturns\n{LINK.url}\n\nManual\n{ADDRESS}\n\n1. Opening hours\n2. A person",
        f"Returns\n{LINK.url}\n\nManual\n{ADDRESS}",
        f"of a long text.\n\nReturns\n{LINK.url}\n\n1. Opening hours\n2. A person",
        f"The lamp\n{PICTURE.url}",
        "of a long text.\n\n1. Opening hours\n2. A person",
        WORDLESS,
    ],
)
def test_our_files_and_links_are_an_echo(text: str) -> None:
    """Their words may stand in the text, in a part of it or alone, and a picture has none."""
    assert is_echo(text, [with_media(LINK, MANUAL, PICTURE)])


def test_the_link_of_a_closed_channel_is_an_echo() -> None:
    """The customer's own token went out with the address, and the log has the address alone."""
    said = "Écrivez-nous ici : https://help.example/c/web. À bientôt"
    went_out = said.replace("/web.", "/web#from=web~tabc-1~1800000000000~kq3x.")
    record = replace(with_media(), effects=(SendText("r1", "t1-1", 1, 1, "system", said),))
    assert is_echo(went_out, [record])
    assert not is_echo(f"Kim here. {went_out}", [record])


@pytest.mark.parametrize("text", [WORDLESS, f"Look: {LINK.url}", f"Kim here.\n{ADDRESS}"])
def test_a_persons_own_picture_or_link_is_no_echo(text: str) -> None:
    """No file went out before, and words around our link are a person's."""
    assert not is_echo(text, [with_media(LINK)])
