"""What a pool is told of a conversation: everything there is room for, never more than 20 kB."""

import json
from collections.abc import Sequence
from typing import Any

import jsonschema
from hypothesis import example, given, settings
from hypothesis import strategies as st
from surgeline.application.deliveries.context_package import ANSWER_BYTES, context_package
from surgeline.application.deliveries.envelope import envelope
from surgeline.application.ports.answering import Suggestion
from surgeline.application.ports.conversations import Record
from surgeline.application.ports.deliveries import Delivery
from surgeline.domain.effects import OfferToPool, SendText
from surgeline.domain.events import (
    CustomerWrote,
    PersonAnswered,
    PoolNoted,
    PoolResolved,
    PoolTransferred,
)
from surgeline.domain.thread import Thread
from surgeline.domain.turn import Explanation

from local.published.schemas import schemas

MOST_BYTES = 20_000
T, AT = "t" + "a" * 26, 1_772_366_400_000
OFFERED = jsonschema.Draft202012Validator(schemas()["handoff.offered"])
texts = st.text(max_size=60) | st.sampled_from(["\0", "\ud800", "한", "🛋", '"', "a"]).map(
    lambda letter: letter * 10_000
)
values = st.text(max_size=200) | st.integers(-(2**63), 2**63 - 1) | st.booleans()
customers = st.none() | st.dictionaries(st.from_regex(r"[a-z]{1,40}", fullmatch=True), values)
ids = st.text(min_size=1, max_size=200) | st.integers(0, 99).map(lambda n: f"{'🛋' * 190}{n}")


def wrote(seq: int, text: str, customer: dict[str, Any] | None = None) -> Record:
    event = CustomerWrote("m" + "a" * 26, T, "shop", "c1", AT, text, customer=customer)
    said = SendText(
        "r" + "a" * 26, f"{T}-9", seq + 1, 1, "bot", text[:100], article_id=f"{'🛋' * 90}{seq}"
    )
    return Record(seq, event, (said,), Explanation("answer"), f"{T}-9", AT)


def ended(seq: int, summary: str) -> Record:
    event = PoolResolved("e" + "a" * 26, T, AT, f"{T}-{seq}", "p", 2, "solved", summary[:2_000])
    return Record(seq, event, (), Explanation("close"), f"{T}-{seq}", AT)


def noted(seq: int, text: str) -> Record:
    event = PoolNoted("e" + "a" * 26, T, AT, f"{T}-9", "p", 2, text)
    return Record(seq, event, (), Explanation("keep"), f"{T}-9", AT)


def passed_on(seq: int, reason: str, decision: str = "transfer") -> Record:
    event = PoolTransferred("e" + "a" * 26, T, AT, f"{T}-9", "p", 2, None, reason[:200])
    return Record(seq, event, (), Explanation(decision), f"{T}-9", AT)


def package(
    records: list[Record],
    level: Any = "payment",
    suggestions: Sequence[Suggestion] = (),
    **more: Any,
) -> dict[str, Any]:
    offer = OfferToPool(
        id="n" + "a" * 26,
        offer_id="o" + "a" * 26,
        conversation_id=f"{T}-9",
        pool_id="p",
        epoch=2,
        expires_at=AT,
        reason="customer_asked",
        language="en",
        told_seq=1_000,
        **more,
    )
    return context_package(records, Thread(T, "shop", "c1"), offer, level, suggestions)


def event(context: dict[str, Any]) -> bytes:
    """Return the whole offer as it is sent."""
    payload = {"reason": "customer_asked", "language": "en", "context": context}
    return envelope(
        Delivery(
            id="n" + "a" * 26,
            thread_id=T,
            conversation_id=f"{T}-9",
            target="pool",
            target_id="p",
            event="handoff.offered",
            epoch=2,
            at=AT,
            payload=payload,
            expires_at=AT,
            offer_id="o" + "a" * 26,
        )
    )


WORST = "🛋" * 10_000
FULL = {f"field_{n}": "a@b.c " * 15 for n in range(20)}


@settings(max_examples=60)
@example(
    said=[("a" * 700, FULL)] * 30,
    summaries=[WORST] * 8,
    rejected=[f"{'🛋' * 190}{n}" for n in range(10)],
    candidates=[f"{'🛋' * 190}{n}" for n in range(5)],
)
@example(said=[("\0" * 10_000, FULL)], summaries=["\0" * 2_000] * 5, rejected=[], candidates=[])
@given(
    said=st.lists(st.tuples(texts, customers), min_size=1, max_size=30),
    summaries=st.lists(texts, max_size=8),
    rejected=st.lists(ids, max_size=10),
    candidates=st.lists(ids, max_size=5),
)
def test_an_offer_is_never_over_20_kb(
    said: list[tuple[str, dict[str, Any] | None]],
    summaries: list[str],
    rejected: list[str],
    candidates: list[str],
) -> None:
    """An offer is valid by its schema and under 20 kB, whatever customers, channels and pools
    wrote.
    """
    records = [ended(seq, each) for seq, each in enumerate(summaries, 1)]
    records += [wrote(100 + 2 * n, text, customer) for n, (text, customer) in enumerate(said)]
    records += [noted(500 + n, text) for n, (text, _) in enumerate(said)]
    records += [passed_on(700 + n, each) for n, each in enumerate(summaries)]
    near = [Suggestion(each, WORST[:200], WORST) for each in candidates]
    context = package(
        records, suggestions=near, rejected=tuple(rejected), candidates=tuple(candidates)
    )
    body = event(context)
    assert len(body) <= MOST_BYTES
    OFFERED.validate(json.loads(body))


def test_the_newest_words_are_there_even_when_they_are_too_long() -> None:
    """A text that alone is too long is cut, and the transcript says that it is not complete."""
    context = package([wrote(1, "old"), wrote(3, "\0" * 10_000)])
    assert context["transcript_is_complete"] is False
    assert str(context["transcript"][-1]["text"]).startswith("\0")


def test_the_customer_is_what_the_channel_said_last_redacted_to_the_level() -> None:
    """Text values lose what the pool's people must not see; numbers and the rest stay."""
    first = {"name": "Kim"}
    last = {"name": "Kim Minji", "mail": "kim@example.com", "orders": 3, "vip": True}
    records = [wrote(1, "a", first), wrote(3, "b", last), wrote(5, "c")]
    assert package(records)["customer"]["attributes"] == last
    hidden = package(records, "contact")["customer"]["attributes"]
    assert hidden == last | {"mail": "[e-mail]"}


def test_an_attribute_called_at_is_the_channels_own() -> None:
    """A channel's attribute reaches the pool as it was said, even if its name means a time
    elsewhere.
    """
    for value in (9e15, 5, True, "noon"):
        context = package([wrote(1, "a", {"at": value})])
        body = json.loads(event(context))
        sent = body["data"]["context"]["customer"]["attributes"]["at"]
        assert sent == value
        assert type(sent) is type(value)


def test_a_number_that_is_a_card_goes_as_a_text_would() -> None:
    """A number that would be redacted as a text is redacted as a number too."""
    context = package([wrote(1, "a", {"card": 4111111111111111, "orders": 3})])
    assert context["customer"]["attributes"] == {"card": "[card]", "orders": 3}


def test_notes_and_reasons_reach_the_next_pool_redacted() -> None:
    """A transfer's reason and the conversation's notes reach the next pool, redacted."""
    records = [
        wrote(1, "a"),
        noted(3, "Card 4111 1111 1111 1111 was declined"),
        passed_on(4, "billing"),
        passed_on(5, "not mine to say", decision="refuse"),
    ]
    context = package(records)
    assert [each["text"] for each in context["notes"]] == ["Card [card] was declined"]
    assert [(each["event"], each["reason"]) for each in context["handovers"]] == [
        ("conversation.transferred", "billing")
    ]


def test_words_in_the_providers_own_app_are_a_persons() -> None:
    """A pool reads what somebody answered past this system, redacted as everything else."""
    said = PersonAnswered("e" + "a" * 26, T, "shop", "c1", AT, "Card 4111 1111 1111 1111 is fine")
    elsewhere = Record(3, said, (), Explanation("keep"), f"{T}-9", AT)
    line = package([wrote(1, "a"), elsewhere])["transcript"][-1]
    assert (line["speaker"], line["text"]) == ("person", "Card [card] is fine")


def test_candidates_are_told_with_title_and_answer_redacted_and_bounded() -> None:
    """A vendor can read what may be the answer; what is gone by now is an id alone."""
    near = [Suggestion("a1", "Refunds", "Call 010-1234-5678. " + "x" * 5_000)]
    context = package([wrote(1, "a")], "contact", near, candidates=("a1", "a2"))
    first, second = context["candidates"]
    assert (first["article_id"], first["title"]) == ("a1", "Refunds")
    assert first["answer"].startswith("Call [phone]. xxx")
    assert len(first["answer"].encode()) == ANSWER_BYTES
    assert second == {"article_id": "a2", "title": None, "answer": None}
