"""The chat page on a real instance: an answer, a person, a restart, in three languages."""

from collections.abc import Iterator

import pytest
from chromium import Chromium

from tests.instance import Instance, free_port

pytestmark = [
    pytest.mark.browser,
    pytest.mark.system,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("browser"),
]

QUESTION = "Where is my order?"
ANSWER = "You can follow your order under My account > My orders."
ANSWERED = "document.querySelectorAll('[data-speaker=bot]').length === {}"


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Yield one instance for this file, where every test is a visitor of its own."""
    running = Instance(tmp_path_factory.mktemp("instance") / "home", free_port())
    running.start()
    yield running
    running.stop()


def test_a_question_is_answered_in_each_language(chromium: Chromium, instance: Instance) -> None:
    """A question is answered below it by keyboard in each language, and a reload shows both
    again.
    """
    for language, question in (
        ("en", QUESTION),
        ("ko", "배송비는 얼마인가요?"),
        ("fr", "Combien coûte la livraison ?"),
    ):
        chromium.open(f"{instance.url}/?lang={language}")
        chromium.type(question)
        chromium.press("Enter")
        chromium.until(ANSWERED.format(1))
        chromium.said("customer", question, "sent")
        spoken = chromium.lines()
        assert [line["speaker"] for line in spoken] == ["customer", "bot"]
        chromium.reload()
        chromium.until(ANSWERED.format(1))
        assert chromium.texts() == [line["text"] for line in spoken]
        assert chromium.axe() == []
        assert chromium.problems() == []
    assert weight(chromium) < 60_000


def test_a_link_brings_words_that_only_the_customer_sends(
    chromium: Chromium, instance: Instance
) -> None:
    """A search that found nothing stands in the field, and is gone from the address."""
    chromium.open(f"{instance.url}/?lang=en#ask=do%20you%20repair%20bikes")
    chromium.until("document.getElementById('draft').value === 'do you repair bikes'")
    assert chromium.evaluate("location.hash") == ""
    assert chromium.lines() == []


def test_a_person_is_asked_for_comes_and_ends_the_chat(
    chromium: Chromium, instance: Instance
) -> None:
    """The page shows the handoff, who came, what they said, and that it is over."""
    chromium.open(instance.url)
    chromium.click("button", "Talk to a person")
    chromium.until("document.querySelector('[data-speaker=person]')")
    agent = chromium.lines("person")[0]["who"]
    chromium.sees(f"{agent} has joined the chat.")
    chromium.sees(f"{agent} is with you")
    chromium.ask("My lamp is broken, order 4711.")
    chromium.until("document.querySelectorAll('[data-speaker=person]').length === 2")
    chromium.ask("Thank you")
    chromium.sees("This chat has ended")
    assert chromium.texts("customer") == [
        "I want to talk to a person",
        "My lamp is broken, order 4711.",
        "Thank you",
    ]
    assert chromium.problems() == []


def test_the_customer_ends_the_chat(chromium: Chromium, instance: Instance) -> None:
    """The customer ends the chat after a confirmation, and the next message starts a new chat."""
    chromium.open(instance.url)
    chromium.ask(QUESTION)
    chromium.until(ANSWERED.format(1))
    chromium.click("button", "End chat")
    chromium.click("button", "End chat")
    chromium.sees("This chat has ended")
    chromium.ask(QUESTION)
    chromium.until(ANSWERED.format(2))
    chromium.sees("With the assistant")


def test_kill_9_loses_and_doubles_nothing(chromium: Chromium, instance: Instance) -> None:
    """A message written while the instance is gone is answered once when the instance is back."""
    chromium.open(instance.url)
    chromium.ask(QUESTION)
    chromium.until(ANSWERED.format(1))
    instance.kill9()
    chromium.ask("What does delivery cost?")
    chromium.said("customer", "What does delivery cost?", "retrying")
    instance.start()
    chromium.until(ANSWERED.format(2), seconds=20)  # the longest pause between two tries, and some
    chromium.said("customer", "What does delivery cost?", "sent")
    assert chromium.texts("customer") == [QUESTION, "What does delivery cost?"]
    assert chromium.texts("bot")[0].startswith(ANSWER)
    assert "Standard delivery costs" in chromium.texts("bot")[1]


def weight(page: Chromium) -> int:
    """Return the bytes that loading the page took over the wire, the API's answers included."""
    total: int = page.evaluate(
        "performance.getEntries().reduce((sum, entry) => sum + (entry.transferSize ?? 0), 0)"
    )
    return total
