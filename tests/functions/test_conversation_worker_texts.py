"""Texts as customers' machines send them: kept as they came, whole or not at all, never a crash."""

import json
import unicodedata

import pytest

from local.virtual.shop import articles_file
from tests.functions.stage import Stage

LIMIT = 10_000
PATH = "/v1/channels/shop/messages"
CLUSTERS = {
    "BMP": "가",
    "astral": "😀",
    "family": "👨‍👩‍👧‍👦",
    "flag": "🇰🇷",
    "combining": "e\u0301",
    "decomposed": unicodedata.normalize("NFD", "한"),
}


def stored(stage: Stage) -> list[str]:
    """Return the customer's texts as they are kept."""
    return [text for who, text in stage.said() if who == "customer"]


DIRECTIONS = "\u202eevil\u2066x\u2069 a\u200bb раypal"
OLD_JAMO = "\u1112\u1161\u11ab \u1140\u1175"


@pytest.mark.parametrize("cluster", CLUSTERS.values(), ids=CLUSTERS)
def test_b39_b40_a_text_is_kept_whole_or_refused(stage: Stage, cluster: str) -> None:
    """B39 B40: a text at the limit is kept to the last grapheme, and one character more is
    refused. No text is ever cut inside a grapheme.
    """
    whole = (cluster * LIMIT)[:LIMIT]
    assert stage.write(whole[:-1]).status == 202
    assert stage.write(whole).status == 202
    refused = stage.write(whole + "x")
    assert refused.status == 400
    assert refused.json["error"]["field"] == "text"
    stage.drain("events")
    assert stored(stage) == [whole[:-1], whole]


@pytest.mark.parametrize(
    ("odd", "kept"),
    [
        pytest.param("a\x00b", "ab", id="B36-nul"),
        pytest.param(
            "a\ufffeb\uffffc\x01\x08\x1b[31m", "a\ufffeb\uffffc[31m", id="B37-illegal-in-a-queue"
        ),
        pytest.param(DIRECTIONS, DIRECTIONS, id="B38-directions-and-lookalikes"),
        pytest.param(OLD_JAMO, OLD_JAMO, id="B41-old-jamo"),
    ],
)
def test_b36_to_b38_odd_characters_are_kept_as_data(stage: Stage, odd: str, kept: str) -> None:
    """B36 B37 B38: an unreadable text is kept as it came, without control characters, gets a
    reply and stops nothing.
    """
    assert stage.write(odd).status == 202
    stage.drain("events")
    assert stored(stage) == [kept]
    assert len(stage.said()) > 1
    stage.write("When are you open?", sender="c2")
    stage.drain("events")
    assert stage.said("c2")[-1][1].startswith("We are open")


def test_b35_a_lone_surrogate_is_no_crash(stage: Stage) -> None:
    """B35: half a character in the JSON is refused or replaced before it reaches a queue."""
    answer = stage.signed(PATH, b'{"sender": "c1", "text": "open \\ud800?"}')
    assert answer.status in (202, 400)
    stage.drain("events")
    if answer.status == 202:
        stored(stage)[0].encode("utf-8")


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKD"])
def test_b41_every_spelling_of_a_question_has_one_answer(stage: Stage, form: str) -> None:
    """B41: a text is answered alike in every composition and width, and is kept as it was sent."""
    sent = unicodedata.normalize(form, "Ｗhen are you öpen?") + "\u3000"
    stage.write(sent)
    stage.drain("events")
    assert stored(stage) == [sent]
    assert stage.said()[-1][1].startswith("We are open")


def test_b43_a_megabyte_is_refused_and_nothing_is_kept(stage: Stage) -> None:
    """B43: one message of a megabyte is a 4xx that names what is accepted."""
    answer = stage.signed(PATH, json.dumps({"sender": "c1", "text": "a" * 1_000_000}).encode())
    assert answer.status in (400, 413)
    assert stage.thread() is None


def test_b44_a_flood_of_one_sender_asks_for_one_person(stage: Stage) -> None:
    """B44: the first of 200 messages in ten seconds are taken and the rest are refused. The
    taken ones end up in one handoff, and others are answered meanwhile.
    """
    answers = []
    for number in range(200):
        answers.append(stage.write(f"I want a person, please {number}").status)
        stage.clock.advance(0.05)
    assert set(answers) == {202, 429}
    stage.write("When are you open?", sender="c2")
    stage.drain("events")
    handoff = stage.thread().conversation.handoff
    assert len(handoff.offers) == 1
    notices = [text for who, text in stage.said() if who == "system"]
    assert len(notices) == 1
    assert len(stored(stage)) == answers.count(202)
    assert stage.said("c2")[-1][1].startswith("We are open")


def test_f51_a_crash_while_answering_opens_the_conversation_to_people(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """F51: a person is asked once, on record, when a text makes the matcher fail."""
    from surgeline.knowledge.answering.index import Index

    def broken(*_: object, **__: object) -> None:
        raise RecursionError("a text that nobody thought of: 1234")

    monkeypatch.setattr(Index, "judge", broken)
    stage.write("When are you open?")
    stage.drain("events")
    assert stage.thread().conversation.handoff.reason == "bot_failed"
    assert len(stage.said()) == 2
    logged = capsys.readouterr().out
    assert "answering_failed" in logged
    assert "1234" not in logged


TOPICS = {
    "refund": ("when will I get my refund", "how long does a refund take", "refund not here yet"),
    "parcel": ("where is my parcel", "how long does a parcel take", "parcel not here yet"),
    "repair": ("it does not work", "the lamp stays dark", "how long does a repair take"),
}


@pytest.mark.parametrize(
    ("seconds", "texts", "decisions"),
    [
        (5, "parcel!|#4711|not here yet|order 4711", "suggest|keep|answer|keep"),
        (700, "parcel!|not here yet", "suggest|suggest"),
    ],
)
def test_a_question_in_several_messages_is_one_question(
    stage: Stage, seconds: int, texts: str, decisions: str
) -> None:
    """A message goes on from the one before or adds to it, if that is not ten minutes old."""
    # Given
    about = {"language": "en", "answer": "Soon."}
    raw = articles_file(
        tuple(
            {"id": each, "title": f"About a {each}", "questions": asked} | about
            for each, asked in TOPICS.items()
        )
    )
    version = stage.admin("PUT", "/v1/admin/knowledge/shop", raw).json["version"]
    stage.upload(f"knowledge-sources/shop/{version}.jsonl", raw)
    stage.clock.advance(60)
    # When
    for text in texts.split("|"):
        stage.write(text)
        stage.step("events")
        stage.clock.advance(seconds)
    # Then
    records = stage.backend.store().records(stage.thread().id)
    assert [each.explanation.decision for each in records] == decisions.split("|")
