"""What a pool is told of a conversation: everything there is room for, never more than 20 kB."""

import json
from typing import Any

import jsonschema
from hypothesis import example, given, settings
from hypothesis import strategies as st
from surgeline.application.deliveries.context_package import context_package
from surgeline.application.deliveries.envelope import envelope
from surgeline.application.ports.conversations import Record
from surgeline.application.ports.deliveries import Delivery
from surgeline.domain.effects import OfferToPool, SendText
from surgeline.domain.events import CustomerWrote, PoolResolved
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


def package(records: list[Record], level: Any = "payment", **more: Any) -> dict[str, Any]:
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
    return context_package(records, Thread(T, "shop", "c1"), offer, level)


def event(context: dict[str, Any]) -> bytes:
    """The whole offer as it is sent."""
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


@settings(max_examples=60, deadline=None)
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
    """Whatever customers, channels and pools wrote, and valid by its schema at any size."""
    records = [ended(seq, each) for seq, each in enumerate(summaries, 1)]
    records += [wrote(100 + 2 * n, text, customer) for n, (text, customer) in enumerate(said)]
    context = package(records, rejected=tuple(rejected), candidates=tuple(candidates))
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
