"""A conversation is shown whole, wherever in its thread it stands and however long it is."""

from typing import Any

from surgeline.application.conversations import show_conversation as shown

from tests.functions.stage import Stage
from tests.functions.test_pools_come_and_go import accept, ask


def pages(stage: Stage, conversation_id: str) -> list[dict[str, Any]]:
    """Return every page of the conversation, as an operator reads them."""
    found: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        answer = stage.admin("GET", f"/v1/admin/conversations/{conversation_id}?after={after}")
        assert answer.status == 200
        found.append(answer.json)
        after = answer.json["next_after"]
    return found


def texts(found: list[dict[str, Any]]) -> list[str]:
    """Return what the customer wrote, in order."""
    return [
        entry["text"]
        for page in found
        for entry in page["entries"]
        if entry["event"] == "customer_wrote"
    ]


def write(stage: Stage, *words: str) -> None:
    """Write one message after the other, each in its own second."""
    for text in words:
        stage.write(text)
        stage.drain("events")
        stage.clock.advance(1)


def test_a_long_conversation_is_shown_in_pages_and_whole(stage: Stage) -> None:
    """Nothing of it is cut, and every page has the deliveries of its own entries."""
    ask(stage, "c1")
    accept(stage)
    said = [f"line {number}" for number in range(shown.PAGE_RECORDS + 20)]
    write(stage, *said)
    found = pages(stage, stage.thread().conversation.id)
    assert len(found) == 2
    assert texts(found)[1:] == said
    assert found[-1]["next_after"] is None


def test_a_conversation_late_in_its_thread_is_found(stage: Stage) -> None:
    """A conversation is read from its own first record, and so are earlier ones that are not
    kept.
    """
    number = shown.PAGE_RECORDS + 10
    write(stage, *["What are your opening hours?"] * number)
    first = stage.thread().conversation.id
    stage.clock.advance(86_401)
    write(stage, "Is it too late to return something?")
    stage.clock.advance(86_401)
    write(stage, "Are you open on Sunday?")
    third = stage.thread().conversation
    assert texts(pages(stage, third.id)) == ["Are you open on Sunday?"]
    second = f"{stage.thread().id}-2"
    assert texts(pages(stage, second)) == ["Is it too late to return something?"]
    assert len(texts(pages(stage, first))) == number
    absent = stage.admin("GET", f"/v1/admin/conversations/{stage.thread().id}-4")
    assert absent.status == 404


def test_what_was_offered_and_why_it_was_given_up_is_shown(stage: Stage) -> None:
    """Choices stand with their text, and a pool's reason with its event."""
    write(stage, "until when can customers come")
    [entry] = pages(stage, stage.thread().conversation.id)[0]["entries"]
    [effect] = entry["effects"]
    assert [each["article_id"] for each in effect["choices"]] == ["en-hours", "en-returns", None]
    write(stage, "person")
    mine = accept(stage)
    stage.pool("conversation.returned", mine | {"reason": "a question for the bot"})
    stage.drain("events")
    last = pages(stage, stage.thread().conversation.id)[0]["entries"][-1]
    assert (last["event"], last["reason"]) == ("pool_returned", "a question for the bot")


def test_a_place_that_is_none_is_refused(stage: Stage) -> None:
    """B31: a malformed place is refused, and the answer names the field."""
    write(stage, "Are you open on Sunday?")
    conversation = stage.thread().conversation.id
    for after in ("x", "-1", "9" * 13):
        answer = stage.admin("GET", f"/v1/admin/conversations/{conversation}?after={after}")
        assert (answer.status, answer.json["error"]["field"]) == (400, "after")
