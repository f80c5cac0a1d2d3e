"""Incidents over the real routes: one answer everywhere, with an end, counted and audited."""

from typing import Any

from local.virtual.network import Answer
from local.virtual.shop import POOL_URL
from tests.functions.signed_in import DESK, sign_in
from tests.functions.stage import Stage

HOURS, RETURNS = "When are you open?", "How long can I return an item?"
OPEN = "We are open from Monday to Saturday, 9 to 18."
CLOSED = "The shop is closed today, because the street is flooded."
LATE = "All parcels are a day late."


def publish(stage: Stage, text: str = CLOSED, *articles: str, **more: Any) -> dict[str, Any]:
    """Publish an incident, and let the workers read it."""
    body = {"texts": {"en": text}, "articles": list(articles), "minutes": 60} | more
    answered = stage.admin("POST", "/v1/admin/incidents", body)
    assert answered.status == 201, answered.text
    stage.clock.advance(6)
    made: dict[str, Any] = answered.json
    return made


def ask(stage: Stage, text: str = HOURS, sender: str = "c1") -> list[str]:
    """Let a customer write, and return what the bot said to it."""
    before = len(stage.said(sender))
    assert stage.write(text, sender=sender).status == 202
    stage.drain("events")
    return [line for speaker, line in stage.said(sender)[before:] if speaker == "bot"]


def listed(stage: Stage) -> list[dict[str, Any]]:
    """Return the incidents that are listed."""
    found: list[dict[str, Any]] = stage.admin("GET", "/v1/admin/incidents").json["incidents"]
    return found


def test_the_text_stands_before_the_answers_on_its_topic(stage: Stage) -> None:
    """Other topics are answered as before, and so is everything after the incident's end."""
    assert ask(stage, sender="ann") == [OPEN]
    made = publish(stage, CLOSED, "en-hours")
    assert ask(stage, sender="bob") == [f"{CLOSED}\n\n{OPEN}"]
    assert CLOSED not in ask(stage, RETURNS, sender="eve")[0]
    ended = stage.admin("POST", f"/v1/admin/incidents/{made['id']}/end", {})
    assert (ended.status, ended.json["state"]) == (200, "ended")
    stage.clock.advance(6)
    assert ask(stage, sender="kim") == [OPEN]


def test_an_incident_ends_by_itself(stage: Stage) -> None:
    """Nobody has to remember it, and no job has to run."""
    publish(stage, CLOSED, "en-hours", minutes=10)
    assert ask(stage, sender="ann") == [f"{CLOSED}\n\n{OPEN}"]
    stage.clock.advance(600)
    assert ask(stage, sender="bob") == [OPEN]
    assert [each["state"] for each in listed(stage)] == ["ended"]


def test_a_customer_who_asks_again_gets_the_incident_alone(stage: Stage) -> None:
    """The article did not settle the question, so it is not repeated."""
    publish(stage, CLOSED, "en-hours")
    assert ask(stage) == [f"{CLOSED}\n\n{OPEN}"]
    assert ask(stage) == [CLOSED]


def test_an_incident_on_everything_is_told_once(stage: Stage) -> None:
    """It stands before the first answer of a conversation, also before a person is asked."""
    publish(stage, LATE)
    assert ask(stage, HOURS, "ann") == [f"{LATE}\n\n{OPEN}"]
    assert LATE not in ask(stage, RETURNS, "ann")[0]
    assert ask(stage, "Does the warranty cover a broken hinge of a wardrobe?", "bob") == [LATE]


def test_a_text_is_told_in_the_customer_s_language(stage: Stage) -> None:
    """English stands in for a language that has no text."""
    texts = {"en": CLOSED, "fr": "Le magasin est fermé aujourd'hui."}
    publish(stage, "", "en-hours", texts=texts)
    notices = stage.request("GET", "/v1/web/web/notices")
    assert [each["texts"] for each in notices.json["notices"]] == [texts]


def test_the_chat_page_shows_what_is_running_on_its_channel(stage: Stage) -> None:
    """A visitor needs no token for it, and a site that may not use the channel learns nothing."""
    publish(stage, CLOSED, channels=["shop"])
    publish(stage, LATE, "en-returns", channels=["web"])
    shown = stage.request("GET", "/v1/web/web/notices").json["notices"]
    assert [each["texts"]["en"] for each in shown] == [LATE]
    assert stage.request("GET", "/v1/web/nowhere/notices").status == 401
    stage.clock.advance(3_600)
    assert stage.request("GET", "/v1/web/web/notices").json["notices"] == []


def test_pools_are_offered_conversations_with_the_incident(stage: Stage) -> None:
    """The vendor's people say the same as the bot."""
    stage.configure(pools=[{"id": "vendor", "kind": "outsourced", "url": POOL_URL}])
    posts: list[dict[str, Any]] = []

    def take(request: Any) -> Answer:
        posts.append(request.json)
        return Answer(body=b'{"accepted":true}')

    stage.home.network.serve(POOL_URL, take)
    made = publish(stage, CLOSED, "en-hours")
    stage.write("I want to talk to a person")
    stage.drain("events", "deliveries")
    [offer] = [each["data"] for each in posts if each["type"] == "handoff.offered"]
    [told] = offer["context"]["incidents"]
    assert told == {
        "id": made["id"],
        "text": CLOSED,
        "articles": ["en-hours"],
        "ends_at": made["ends_at"],
    }


def test_contacts_avoided_are_counted(stage: Stage) -> None:
    """A contact was avoided if the conversation is over, and nobody asked for a person in it."""
    made = publish(stage, CLOSED, "en-hours")
    ask(stage, sender="ann")
    ask(stage, sender="bob")
    ask(stage, "I want to talk to a person", sender="bob")
    ask(stage, RETURNS, sender="eve")
    [found] = listed(stage)
    assert found["id"] == made["id"]
    nobody_unasked = {"told_first": 0, "silent": 0, "complete": True}
    assert found["uses"] == {"told": 2, "avoided": 0, "wanted_person": 1} | nobody_unasked
    stage.clock.advance(2 * 86_400)
    [found] = listed(stage)
    assert found["uses"] == {"told": 2, "avoided": 1, "wanted_person": 1} | nobody_unasked


def unasked(stage: Stage, sender: str) -> list[str]:
    """Let the clock's minute pass twice, and return what a customer was told unasked."""
    before = len(stage.said(sender))
    for _ in range(2):
        stage.clock.advance(60)
        stage.call("minute", {})
        stage.drain("events")
    return [line for speaker, line in stage.said(sender)[before:] if speaker == "system"]


def test_those_who_asked_before_are_told_unasked(stage: Stage) -> None:
    """Each is told once. Another topic, a longer time ago, and a wish for none are left alone."""
    ask(stage, sender="old")
    stage.clock.advance(3 * 3_600)
    ask(stage, sender="ann")
    ask(stage, RETURNS, sender="eve")
    publish(stage, CLOSED, "en-hours", tell_minutes=120)
    [told] = unasked(stage, "ann")
    assert told.startswith(f"{CLOSED}\n\nYou asked about this before, so we tell you.")
    assert [unasked(stage, each) for each in ("ann", "eve", "old")] == [[], [], []]
    assert listed(stage)[0]["uses"]["told_first"] == 1
    assert listed(stage)[0]["uses"]["silent"] == 1
    stage.clock.advance(1)
    ask(stage, "No notices", sender="ann")
    publish(stage, LATE, "en-hours", tell_minutes=120)
    assert unasked(stage, "ann") == []


def test_every_problem_of_an_incident_is_told(stage: Stage) -> None:
    """Nothing is published then."""
    body = {
        "texts": {"de": "Wir haben zu.", "en": "See ticket #4711."},
        "articles": ["en-opening"],
        "channels": ["shoop"],
        "minutes": 0,
        "tell_minutes": 9_999,
    }
    refused = stage.admin("POST", "/v1/admin/incidents", body)
    assert refused.status == 422
    assert refused.json["error"]["problems"] == [
        "texts.de: use one of en, ko, fr",
        "texts.en: it shows 'ticket #4711', an internal number that tells a customer nothing",
        "minutes: 0 is not between 1 and 43,200 (30 days)",
        "tell_minutes: use 0 (nobody) to 2,880 (48 hours)",
        "articles: no knowledge base has an article 'en-opening'",
        "channels: there is no channel 'shoop'",
    ]
    for wrong in ({"text": "x"}, {"texts": "x"}, {"texts": {"en": "x"}, "minutes": "9"}):
        assert stage.admin("POST", "/v1/admin/incidents", wrong).status == 400
    assert listed(stage) == []


def test_a_whole_document_changes_no_incident(stage: Stage) -> None:
    """A configuration that is published from a file neither ends nor brings back an incident."""
    publish(stage, CLOSED, "en-hours")
    document = stage.admin("GET", "/v1/admin/configuration").json["configuration"]
    assert "incidents" not in document
    assert stage.admin("PUT", "/v1/admin/configuration", document).status == 200
    stage.clock.advance(6)
    assert [each["state"] for each in listed(stage)] == ["running"]


def test_a_lead_publishes_and_an_agent_does_not(stage: Stage) -> None:
    """The act is on record with its reason."""
    stage.configure(pools=[DESK])
    body = {"texts": {"en": CLOSED}, "minutes": 60}
    agent, lead = sign_in(stage, "Mina", "agent", "desk"), sign_in(stage, "Lee", "lead")
    assert stage.request("POST", "/v1/admin/incidents", body, agent).status == 403
    said = dict(lead) | {"x-reason": "the%20street%20is%20flooded"}
    assert stage.request("POST", "/v1/admin/incidents", body, said).status == 201
    acts = stage.admin("GET", "/v1/admin/audit").json["acts"]
    [act] = [each for each in acts if each["act"] == "POST incidents" and each["status"] == 201]
    assert (act["who"], act["reason"]) == ("Lee (lead)", "the street is flooded")


def test_people_at_the_desk_see_what_customers_are_told(stage: Stage) -> None:
    """The console says the same as the bot."""
    stage.configure(pools=[DESK])
    agent = sign_in(stage, "Mina", "agent", "desk")
    made = publish(stage, CLOSED, "en-hours")
    desks = stage.request("GET", "/v1/staff/desk", None, agent).json
    assert desks["incidents"] == [{"id": made["id"], "texts": {"en": CLOSED}}]
