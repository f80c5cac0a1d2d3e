"""An older queue comes in silently, and is answered or offered at a person's word alone."""

from pathlib import Path
from typing import Any

import pytest
from surgeline.adapters.staff_format import decode, encode
from surgeline.adapters.system_texts import lead_whys
from surgeline.application.backlog.shelf import BacklogShelf, Ticket, mark_of
from surgeline.domain.effects import NotifyPool, OfferToPool
from surgeline.domain.times import rfc3339
from surgeline.domain.waiting.notices import SHUT

from tests.functions.stage import Stage

VENDOR = {"id": "vendor", "kind": "outsourced", "url": "https://vendor.test/in"}
PATH = "/v1/admin/backlogs/old"
LONG_AGO = "2026-02-10T09:00:00Z"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return the shop with its articles and one pool of two seats."""
    made = Stage(tmp_path)
    made.publish()
    made.configure(pools=[VENDOR | {"seats": 2}])
    return made


def ticket(sender: str, text: str, key: str = "", **more: Any) -> dict[str, Any]:
    """Return a ticket of one message of a customer."""
    said = [{"by": "customer", "text": text, "at": LONG_AGO}]
    return {"key": key or f"t-{sender}", "sender": sender, "said": said} | more


def bring(stage: Stage, *tickets: dict[str, Any]) -> Any:
    """Bring tickets in, and let their threads take them."""
    body = {"channel": "shop", "format": "table", "tickets": list(tickets)}
    answer = stage.admin("POST", f"{PATH}/tickets", body)
    assert answer.status == 202, answer.json
    stage.drain("events")
    return answer.json


def act(stage: Stage, what: str, **wish: Any) -> Any:
    """Have something done with the backlog."""
    answer = stage.admin("POST", f"{PATH}/acts", {"act": what, "limit": 20} | wish)
    assert answer.status == 202, answer.json
    stage.drain("events")
    return answer.json


def standings(stage: Stage) -> dict[str, tuple[str, str, str | None]]:
    """Return the state, the finding and the nearest article of each ticket."""
    listed = stage.admin("GET", PATH).json["tickets"]
    return {each["key"]: (each["state"], each["finding"], each["article_id"]) for each in listed}


def effects(stage: Stage, sender: str, kind: type = object) -> list[Any]:
    """Return the effects of a thread so far."""
    found = stage.backend.store().records(stage.thread(sender).id, limit=100)
    return [each for record in found for each in record.effects if isinstance(each, kind)]


def accept(stage: Stage, sender: str) -> Any:
    """Let the pool take its last offer, and return the conversation and its epoch."""
    offer = effects(stage, sender, OfferToPool)[-1]
    data = {"conversation_id": offer.conversation_id, "offer_id": offer.offer_id}
    answer = stage.pool("handoff.accepted", data)
    assert answer.status == 200
    stage.drain("events")
    return {"conversation_id": offer.conversation_id, "epoch": answer.json["epoch"]}


def test_a_queue_comes_in_without_a_word_to_anybody(stage: Stage) -> None:
    """Each ticket is a conversation with what the promise would do, and has no effect at all."""
    tickets = [
        ticket("ada", "When are you open?"),
        ticket("bob", "My lamp is broken and it burnt the carpet"),
        ticket("eve", "Thanks!"),
    ]
    assert bring(stage, *tickets) == {"tickets": 3, "new": 3}
    assert {key: each[:2] for key, each in standings(stage).items()} == {
        "t-ada": ("silent", "answer"),
        "t-bob": ("silent", "person"),
        "t-eve": ("silent", "courtesy"),
    }
    assert [effects(stage, each) for each in ("ada", "bob", "eve")] == [[], [], []]
    assert stage.admin("GET", "/v1/admin/backlogs").json["backlogs"][0]["id"] == "old"


def test_a_second_import_changes_nothing(stage: Stage) -> None:
    """The same tickets again are known, and the conversations stay as they are."""
    bring(stage, ticket("ada", "When are you open?"))
    before = stage.thread("ada")
    assert bring(stage, ticket("ada", "When are you open?")) == {"tickets": 1, "new": 0}
    assert stage.thread("ada") == before


def test_a_ticket_without_times_or_that_grew_is_listed_once(stage: Stage) -> None:
    """A repeat has another time of its own, and the first one stays."""
    hello = {"by": "customer", "text": "When are you open?"}
    more = {"by": "customer", "text": "Hello?", "at": "2026-02-20T09:00:00Z"}
    bring(stage, ticket("ada", "", said=[hello]), ticket("bob", "It smells"))
    first = stage.admin("GET", PATH).json["tickets"]
    stage.clock.advance(60)
    said = [{"by": "customer", "text": "It smells", "at": LONG_AGO}, more]
    again = bring(stage, ticket("ada", "", said=[hello]), ticket("bob", "", said=said))
    assert again == {"tickets": 2, "new": 0}
    listed = stage.admin("GET", PATH).json["tickets"]
    assert [(e["key"], e["since"]) for e in listed] == [(e["key"], e["since"]) for e in first]
    assert [text for _, text in stage.said("bob")] == ["It smells", "Hello?"]


def test_a_ticket_of_a_cut_import_is_listed_by_the_next(stage: Stage) -> None:
    """The mark was kept, and the entry was not."""
    shelf = BacklogShelf(stage.backend.ledger(), encode, decode)
    known = Ticket("t-ada", "t1", "e1", 5)
    shelf.marks("old").write(mark_of(known), known, after=0, now=stage.clock.now())
    assert bring(stage, ticket("ada", "When are you open?"))["new"] == 1
    assert bring(stage, ticket("ada", "When are you open?"))["new"] == 0


def test_a_reaction_to_the_answer_belongs_to_it(stage: Stage) -> None:
    """However old the question is, the customer's next word rejects the answer."""
    bring(stage, ticket("ada", "When are you open?"))
    act(stage, "answer")
    stage.clock.advance(300)
    stage.write("That did not help", sender="ada")
    stage.drain("events")
    conversation = stage.thread("ada").conversation
    assert (conversation.number, conversation.rejected) == (1, ("en-hours",))
    assert rfc3339(conversation.backlog.since).startswith(LONG_AGO[:10])


@pytest.mark.parametrize(
    ("kind", "at", "found"),
    [
        ({"kind": "whatsapp"}, LONG_AGO, ("person", SHUT)),
        ({"kind": "whatsapp", "template": "later"}, LONG_AGO, ("answer", None)),
        ({"kind": "whatsapp"}, None, ("answer", None)),
    ],
)
def test_nothing_is_sent_where_nobody_may_write(
    stage: Stage, kind: dict[str, str], at: str | None, found: tuple[str, str | None]
) -> None:
    """An answer that a channel would refuse is for a person, also once its time runs out."""
    stage.configure(channels=[{"id": "shop", **kind}])
    bring(
        stage, ticket("ada", "", said=[{"by": "customer", "text": "When are you open?", "at": at}])
    )
    [listed] = stage.admin("GET", PATH).json["tickets"]
    assert (listed["finding"], found[1] or listed["why"]) == (found[0], listed["why"])
    if "template" in kind:
        return
    stage.clock.advance(86_400)
    act(stage, "answer")
    [listed] = stage.admin("GET", PATH).json["tickets"]
    assert (listed["state"], listed["finding"], listed["why"]) == ("silent", "person", SHUT)
    [told] = stage.admin("GET", f"{PATH}?language=ko").json["tickets"]
    assert told["why"] == lead_whys("ko")[SHUT]
    assert effects(stage, "ada") == []


def test_only_what_the_promise_allows_is_answered(stage: Stage) -> None:
    """At the word, the sure answer goes out with the day of the question. The rest stays silent."""
    bring(stage, ticket("ada", "When are you open?"), ticket("bob", "Is the lamp made of gold?"))
    assert act(stage, "answer") == {"conversations": 1, "next_after": None}
    [(speaker, text)] = stage.said("ada")[1:]
    assert speaker == "bot"
    assert text.startswith("You wrote to us on 10 February")
    assert text.endswith("We are open from Monday to Saturday, 9 to 18.")
    assert [each for each in stage.said("bob") if each[0] != "customer"] == []
    assert standings(stage)["t-ada"][0] == "answered"
    kinds = [type(each).__name__ for each in effects(stage, "ada")]
    assert kinds == ["SendText", "RecordOpened"]
    assert act(stage, "answer")["conversations"] == 0


def test_a_limit_and_topics_bound_an_answer(stage: Stage) -> None:
    """No more than the limit is meant, of the named articles and of the named age alone."""
    bring(
        stage,
        ticket("ada", "When are you open?"),
        ticket("bob", "How long can I return an item?"),
        ticket("eve", "Are you open on Sunday?"),
    )
    assert act(stage, "answer", until="2026-02-01T00:00:00Z")["conversations"] == 0
    done = act(stage, "answer", articles=["en-hours"], limit=1)
    assert done["conversations"] == 1
    assert done["next_after"] is not None
    assert standings(stage)["t-bob"][0] == "silent"


def test_a_customer_who_writes_again_is_answered_as_ever(stage: Stage) -> None:
    """The customer's own new message ends the silence, in the same conversation."""
    bring(stage, ticket("ada", "My lamp is broken"))
    stage.write("When are you open?", sender="ada")
    stage.drain("events")
    assert stage.said("ada")[-1] == ("bot", "We are open from Monday to Saturday, 9 to 18.")
    assert stage.thread("ada").conversation.number == 1
    assert standings(stage)["t-ada"][0] == "customer"
    assert act(stage, "withdraw")["conversations"] == 0


def test_a_slice_is_offered_within_the_pools_seats(stage: Stage) -> None:
    """No more is offered than the pool has seats free, the oldest first, and nobody is told."""
    bring(stage, *(ticket(each, "It smells") for each in ("a", "b", "c")))
    assert act(stage, "offer", pool="vendor")["conversations"] == 2
    states = [each[0] for each in standings(stage).values()]
    assert sorted(states) == ["offered", "offered", "silent"]
    answer = stage.admin("POST", f"{PATH}/acts", {"act": "offer", "pool": "vendor", "limit": 5})
    assert answer.status == 409
    assert all(len(stage.said(each)) == 1 for each in ("a", "b", "c"))


def test_a_declined_slice_is_silent_again(stage: Stage) -> None:
    """A pool that says no gives it back. No other pool is asked, and the customer hears nothing."""
    bring(stage, ticket("ada", "It smells"))
    act(stage, "offer", pool="vendor")
    offer = effects(stage, "ada", OfferToPool)[0]
    data = {"conversation_id": offer.conversation_id, "offer_id": offer.offer_id}
    assert stage.pool("handoff.declined", data | {"reason": "busy"}).status == 202
    stage.drain("events")
    assert standings(stage)["t-ada"][0] == "silent"
    assert len(stage.said("ada")) == 1
    assert act(stage, "offer", pool="vendor")["conversations"] == 1


def test_an_open_offer_is_taken_back(stage: Stage) -> None:
    """A recall makes what a pool is asked for silent again. What it has taken stays with it."""
    bring(stage, *(ticket(each, "It smells") for each in ("a", "b", "c")))
    act(stage, "offer", pool="vendor")
    taken, called_back = (each for each in ("a", "b", "c") if effects(stage, each, OfferToPool))
    accept(stage, taken)
    assert act(stage, "recall", articles=["en-hours"])["conversations"] == 0
    assert act(stage, "recall", pool="vendor")["conversations"] == 1
    assert sorted(each[0] for each in standings(stage).values()) == [
        "silent",
        "silent",
        "with_pool",
    ]
    told = [each.event for each in effects(stage, called_back, NotifyPool)]
    assert told == ["handoff.withdrawn"]
    assert all(len(stage.said(each)) == 1 for each in ("a", "b", "c"))
    assert act(stage, "offer", pool="vendor")["conversations"] == 1
    acts = stage.admin("GET", "/v1/admin/audit").json["acts"]
    assert [each["target"] for each in acts[:2]] == ["old/offer", "old/recall"]


def test_the_customer_hears_the_agent_first(stage: Stage) -> None:
    """The pool reads the words with their dates. The agent's first word is the customer's first."""
    said = [
        {"by": "customer", "text": "It smells", "at": LONG_AGO},
        {"by": "team", "text": "Of what?", "at": "2026-02-11T09:00:00Z"},
        {"by": "customer", "text": "Of fish", "at": "2026-02-12T09:00:00Z"},
    ]
    bring(stage, ticket("ada", "", said=said))
    act(stage, "offer", pool="vendor")
    owned = accept(stage, "ada")
    assert standings(stage)["t-ada"][0] == "with_pool"
    page = stage.signed(
        "/v1/pools/vendor/transcripts", {"conversation_id": owned["conversation_id"]}
    ).json
    lines = [(each["speaker"], each["text"], each["at"][:10]) for each in page["transcript"]]
    assert lines == [
        ("customer", "It smells", "2026-02-10"),
        ("person", "Of what?", "2026-02-11"),
        ("customer", "Of fish", "2026-02-12"),
    ]
    stage.pool("message.sent", owned | {"text": "We send a new one"})
    stage.drain("events")
    assert [each for each in stage.said("ada") if each[0] != "customer"] == [
        ("person", "We send a new one")
    ]
    assert standings(stage)["t-ada"][0] == "person"


def test_a_silent_owner_loses_it_without_a_word_to_the_customer(stage: Stage) -> None:
    """A pool that takes it and says nothing loses it again, and it is silent as before."""
    bring(stage, ticket("ada", "It smells"))
    act(stage, "offer", pool="vendor")
    accept(stage, "ada")
    stage.clock.advance(1_000)
    stage.drain("timers", "events")
    assert standings(stage)["t-ada"][0] == "silent"
    assert len(stage.said("ada")) == 1


def test_what_nobody_answered_is_taken_out_and_forgotten(stage: Stage) -> None:
    """A withdrawal ends silent and offered conversations, and blanks what was brought in."""
    bring(stage, ticket("ada", "It smells of fish"), ticket("bob", "When are you open?"))
    act(stage, "offer", pool="vendor", limit=1)
    assert act(stage, "withdraw")["conversations"] == 2
    assert {each[0] for each in standings(stage).values()} == {"taken_out"}
    assert "fish" not in stage.everything_kept()
    told = [each.event for who in ("ada", "bob") for each in effects(stage, who, NotifyPool)]
    assert told == ["handoff.withdrawn"]
    stage.write("hello", sender="ada")
    stage.drain("events")
    assert stage.said("ada")[-1][0] == "bot"
    assert {each[0] for each in standings(stage).values()} == {"taken_out"}
    stage.write("When are you open?", sender="ada")
    stage.drain("events")
    assert stage.said("ada")[-1][0] == "bot"


def test_what_was_taken_out_is_not_acted_on(stage: Stage) -> None:
    """Of two acts that were asked for at once, the second finds it closed."""
    bring(stage, ticket("ada", "When are you open?"))
    for _ in range(2):
        stage.admin("POST", f"{PATH}/acts", {"act": "withdraw", "limit": 20})
        stage.clock.advance(1)
    stage.drain("events")
    records = stage.backend.store().records(stage.thread("ada").id, limit=9)
    assert [each.explanation.decision for each in records] == ["bring in", "take out", "ignore"]


def test_a_customer_with_several_tickets_is_for_a_person(stage: Stage) -> None:
    """Two tickets of one customer are one conversation, which the bot alone does not answer."""
    bring(
        stage,
        ticket("ada", "My lamp is broken", "1"),
        ticket("ada", "When are you open?", "2"),
    )
    assert standings(stage) == {
        "1": ("silent", "person", "en-hours"),
        "2": ("silent", "person", "en-hours"),
    }
    assert act(stage, "answer")["conversations"] == 0
    assert act(stage, "offer", pool="vendor")["conversations"] == 1


def test_a_customer_who_wrote_several_times_is_for_a_person(stage: Stage) -> None:
    """The bot answers one message alone, so that no earlier question is lost behind the last."""
    lines = ("My lamp is broken", "Hello?", "When are you open?")
    for last in (2, 3):
        said = [{"by": "customer", "text": each, "at": LONG_AGO} for each in lines[:last]]
        bring(stage, ticket(f"c{last}", "", said=said))
    team = {"by": "team", "text": "We sent a new one"}
    said = [*said[:1], team, {"by": "customer", "text": "When are you open?"}]
    bring(stage, ticket("c4", "", said=said))
    found = {key: each[1] for key, each in standings(stage).items()}
    assert found == {"t-c2": "person", "t-c3": "person", "t-c4": "answer"}


def test_a_running_conversation_goes_on(stage: Stage) -> None:
    """A customer who is in a conversation keeps it. The ticket's words stand in its log."""
    stage.write("When are you open?", sender="ada")
    stage.drain("events")
    bring(stage, ticket("ada", "It smells"))
    assert standings(stage)["t-ada"][0] == "elsewhere"
    assert stage.thread("ada").conversation.backlog is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"channel": "nowhere", "tickets": [ticket("a", "x")]}, "channel"),
        ({"channel": "shop", "tickets": []}, "tickets"),
        ({"channel": "shop", "tickets": [{"key": "1", "said": []}]}, "tickets[0].said"),
        ({"channel": "shop", "tickets": [ticket("a", "x", said=[{"by": "me"}])]},
         "tickets[0].said[0]"),
    ],
)  # fmt: skip
def test_a_bad_body_names_its_field(stage: Stage, body: dict[str, Any], field: str) -> None:
    """What can't be read is refused with the place of the fault."""
    answer = stage.admin("POST", f"{PATH}/tickets", body)
    assert (answer.status, answer.json["error"]["field"]) == (400, field)


def test_an_unknown_pool_or_act_is_refused(stage: Stage) -> None:
    """An act on nothing is refused with what is known."""
    bring(stage, ticket("ada", "It smells"))
    wishes = [
        ({"act": "offer", "pool": "nobody"}, 400),
        ({"act": "recall", "pool": "nobody"}, 400),
        ({"act": "dance"}, 400),
    ]
    for wish, status in wishes:
        answer = stage.admin("POST", f"{PATH}/acts", wish | {"limit": 1})
        assert answer.status == status
    assert stage.admin("GET", "/v1/admin/backlogs/nothing").status == 404
