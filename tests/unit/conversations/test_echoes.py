"""A provider's echo is known as ours by its text, and else a person of the company answered."""

import pytest
from surgeline.application.conversations.echoes import is_echo
from surgeline.application.ports.conversations import Record
from surgeline.domain.decide import Explanation
from surgeline.domain.effects import SendText
from surgeline.domain.events import CustomerWrote

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
