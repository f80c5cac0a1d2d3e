"""Calls to people on a running instance: they go out, are answered by a link, and go on."""

from typing import Any

import pytest
from surgeline.adapters.codec import encode_event
from surgeline.application.ports.queues import Outgoing
from surgeline.domain.brought.events import Brought
from surgeline.domain.events import CustomerWrote
from surgeline.domain.ids import thread_id
from surgeline.runtime.ids_key import ids_key

from local.virtual.front import Answered
from local.virtual.network import Answer, Post
from local.virtual.shop import CHANNEL, CHANNEL_URL
from tests.functions.stage import Stage
from tests.functions.test_surge_controller import POOL, minutes, wait

ADDRESS = "https://chat.example.com"
ON_CALL: dict[str, Any] = {
    "address": ADDRESS,
    "people": [
        {"id": each, "name": each.title(), "reach": [{"channel": CHANNEL, "sender": each}]}
        for each in ("mina", "lee")
    ],
    "rotas": [
        {
            "id": "evening",
            "answer_minutes": 5,
            "rounds": 1,
            "layers": [{"people": ["mina", "lee"], "begins": "2026-02-02"}],
        }
    ],
}
CHANNELS = [{"id": CHANNEL, "kind": "signed", "reply_url": CHANNEL_URL}]
WHY = "the shop is on television"


class Phones:
    """The phones of everybody, which are a signed channel's own system."""

    def __init__(self, stage: Stage) -> None:
        self.got: list[tuple[str, str]] = []
        stage.home.network.serve(CHANNEL_URL, self.ring)

    def ring(self, post: Post) -> Answer:
        data = post.json["data"]
        self.got.append((data["sender"], data["message"]["text"]))
        return Answer()

    def link(self, person: str) -> dict[str, str]:
        """Return the parts of the newest link that the person got."""
        text = [text for sender, text in self.got if sender == person][-1]
        call, who, token = text.partition(f"{ADDRESS}/called#")[2].split("/")
        return {"call": call, "person": who, "token": token}


@pytest.fixture
def phones(stage: Stage) -> Phones:
    configure(stage)
    return Phones(stage)


def configure(stage: Stage, **changes: Any) -> None:
    stage.configure(channels=CHANNELS, on_call=ON_CALL | changes)
    stage.clock.advance(6)


def call(stage: Stage, people: int = 1, **more: Any) -> Answered:
    body = {"rota": "evening", "people": people, "why": WHY} | more
    return stage.admin("POST", "/v1/admin/calls", body)


def say(stage: Stage, link: dict[str, str], *, coming: bool, **more: Any) -> Answered:
    return stage.request("POST", "/v1/called/answer", link | {"coming": coming} | more)


def calls(stage: Stage) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stage.admin("GET", "/v1/admin/calls").json["calls"]
    return found


def test_a_call_goes_to_who_is_on_turn_and_on_to_the_next(stage: Stage, phones: Phones) -> None:
    """Each person gets one message, and the second one after five minutes of silence."""
    [rota] = stage.admin("GET", "/v1/admin/calls").json["rotas"]
    first, second = rota["on_call"]
    assert call(stage).status == 201
    minutes(stage)
    assert [sender for sender, _ in phones.got] == [first]
    assert WHY in phones.got[0][1]
    minutes(stage, 4)
    assert len(phones.got) == 1
    minutes(stage, 2)
    assert [sender for sender, _ in phones.got] == [first, second]
    minutes(stage, 10)
    assert len(phones.got) == 2
    assert calls(stage)[0]["is_exhausted"]


def test_a_press_answers_once_and_opening_answers_nothing(stage: Stage, phones: Phones) -> None:
    """The page shows what the call is about; a yes has its time, and a repeat is told as one."""
    call(stage)
    minutes(stage)
    link = phones.link(phones.got[0][0])
    shown = stage.request("POST", "/v1/called", link)
    assert (shown.status, shown.json["call"]["why"]) == (200, WHY)
    assert calls(stage)[0]["answers"] == []
    assert say(stage, link, coming=True, in_minutes=20).json["told"] == "coming"
    assert say(stage, link, coming=True).json["told"] == "again"
    [answer] = calls(stage)[0]["answers"]
    assert answer["coming"]
    minutes(stage, 20)
    assert len(phones.got) == 1


def test_a_yes_in_words_answers_the_call(stage: Stage, phones: Phones) -> None:
    """Who was called says yes with the minutes, is thanked, and no conversation comes of it."""
    call(stage)
    minutes(stage)
    [asked] = [each["person"] for each in calls(stage)[0]["asked"]]
    stage.write("Oui, dans 20 minutes !", sender=asked)
    minutes(stage)
    [answer] = calls(stage)[0]["answers"]
    assert (answer["person"], answer["coming"]) == (asked, True)
    assert phones.got[-1] == (asked, "Merci. Vous êtes attendu.")
    assert stage.thread(asked) is None


def test_a_word_of_others_and_other_words_are_messages(stage: Stage, phones: Phones) -> None:
    """Without a call, from somebody else, or with more to say, a text is a customer's as before."""
    stage.write("yes", sender="mina")
    call(stage)
    minutes(stage)
    [asked] = [each["person"] for each in calls(stage)[0]["asked"]]
    stage.write("yes", sender="somebody")
    stage.write("yes, but when are you open?", sender=asked)
    minutes(stage)
    assert calls(stage)[0]["answers"] == []
    assert stage.thread("somebody") is not None
    assert stage.thread(asked) is not None


@pytest.mark.parametrize(
    "kind",
    [{"brought": Brought("old", 1, is_last=True)}, {"automatic": True}, {"edits": "e0"}],
)
def test_only_a_word_of_now_answers(stage: Stage, phones: Phones, kind: dict[str, Any]) -> None:
    """A yes of an older queue, of a machine or in an edited message is no answer to a call."""
    call(stage)
    minutes(stage)
    [asked] = [each["person"] for each in calls(stage)[0]["asked"]]
    thread = thread_id(ids_key(stage.backend.secrets()), CHANNEL, asked)
    said = CustomerWrote("e1", thread, CHANNEL, asked, stage.clock.now(), "yes", **kind)
    sent = Outgoing(encode_event(said), group=thread, dedup_id=said.id)
    stage.backend.queue("events").send([sent])
    minutes(stage)
    assert calls(stage)[0]["answers"] == []


def test_only_the_right_token_opens_a_call(stage: Stage, phones: Phones) -> None:
    """Another person's token, and a made up one, are refused alike."""
    call(stage, 2)
    minutes(stage)
    mina, lee = phones.link("mina"), phones.link("lee")
    for wrong in (mina | {"token": lee["token"]}, mina | {"token": "k" * 27}):
        assert stage.request("POST", "/v1/called", wrong).status == 401
        assert say(stage, wrong, coming=True).status == 401


def test_a_shift_is_offered_to_all_and_given_once(stage: Stage, phones: Phones) -> None:
    """The first who says yes has it, the second is told so, and nobody passes his hours."""
    people = [each | {"hours_a_week": 4} for each in ON_CALL["people"]]
    configure(stage, people=people)
    shift = {
        "from": "2026-03-01T18:00:00Z",
        "until": "2026-03-01T21:00:00Z",
        "people": 1,
        "why": "the sale",
    }
    assert stage.admin("POST", "/v1/admin/shifts", shift).status == 201
    minutes(stage)
    assert sorted(sender for sender, _ in phones.got) == ["lee", "mina"]
    assert say(stage, phones.link("lee"), coming=True).json["told"] == "coming"
    assert say(stage, phones.link("mina"), coming=True).json["told"] == "full"
    assert stage.admin("POST", "/v1/admin/shifts", shift).status == 201
    minutes(stage)
    assert [sender for sender, _ in phones.got[2:]] == ["mina"]


def test_quiet_times_are_heeded_except_in_an_emergency(stage: Stage, phones: Phones) -> None:
    """At noon on a day whose noon is quiet only an emergency calls."""
    people = [each | {"quiet": "11:00-14:00"} for each in ON_CALL["people"]]
    configure(stage, people=people)
    call(stage)
    minutes(stage, 2)
    assert phones.got == []
    call(stage, emergency=True)
    minutes(stage)
    assert len(phones.got) == 1


def test_the_controller_calls_a_rota_like_a_pool(stage: Stage, phones: Phones) -> None:
    """Waiting customers bring a call, and who said yes is counted."""
    surge = {"mode": "act", "spend_cap": None, "rotas": [{"rota": "evening"}]}
    stage.configure(channels=CHANNELS, pools=[POOL], on_call=ON_CALL, surge=surge)
    stage.clock.advance(6)
    wait(stage, 4)
    minutes(stage, 2)
    [opened] = calls(stage)
    assert (opened["opened_by"], opened["rota"]) == ("the controller", "evening")
    assert {sender for sender, _ in phones.got} >= {opened["asked"][0]["person"]}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"address": ""}, "on_call.address"),
        ({"people": [ON_CALL["people"][0] | {"quiet": "late"}]}, "on_call.people[0].quiet"),
        ({"people": [ON_CALL["people"][0] | {"zone": "Paris"}]}, "on_call.people[0].zone"),
        ({"people": [ON_CALL["people"][0]] * 2}, "on_call.people: the id 'mina' stands twice"),
        ({"rotas": [{"id": "e", "layers": []}]}, "on_call.rotas[0].layers"),
        ({"rotas": [{"id": "e", "layers": [], "pool": "moon"}]}, "on_call.rotas[0].pool"),
        (
            {"rotas": [{"id": "e", "layers": [{"people": ["ann"], "begins": "soon"}]}]},
            "on_call.rotas[0].layers[0].begins",
        ),
    ],
)
def test_a_malformed_rota_is_refused_with_its_place(
    stage: Stage, changes: dict[str, Any], place: str
) -> None:
    """Each problem names the field that has it."""
    document = stage.admin("GET", "/v1/admin/configuration").json["configuration"]
    document["on_call"] = ON_CALL | changes
    answer = stage.admin("PUT", "/v1/admin/configuration", document)
    assert answer.status == 422
    assert any(each.startswith(place) for each in answer.json["error"]["problems"])


def test_a_wholly_malformed_rota_is_refused_and_the_former_one_stays(
    stage: Stage, phones: Phones
) -> None:
    """Each of its problems is named with its place at once, whatever stands in its place."""
    wrong: dict[str, Any] = {
        "id": "No name!",
        "zone": "Mars/Base",
        "answer_minutes": 0,
        "rounds": 99,
        "arrives_minutes": -1,
        "stays_minutes": 5,
        "pool": "moon",
    }
    layer = {"people": ["ann"], "begins": "soon", "hands_over": "now", "weeks": 0}
    document = stage.admin("GET", "/v1/admin/configuration").json["configuration"]
    document["on_call"] = ON_CALL | {
        "rotas": [wrong | {"layers": [layer, {"people": [], "begins": "2026-02-30"}]}]
    }
    answer = stage.admin("PUT", "/v1/admin/configuration", document)
    assert answer.status == 422
    named = {each.split(":")[0] for each in answer.json["error"]["problems"]}
    rota = "on_call.rotas[0]"
    assert named >= {f"{rota}.{field}" for field in wrong}
    assert named >= {f"{rota}.layers[0].{field}" for field in layer if field != "people"}
    assert named >= {
        f"{rota}.layers[0].people[0]",
        f"{rota}.layers[1].people",
        f"{rota}.layers[1].begins",
    }
    no_rotas: tuple[Any, ...] = (
        "evening",
        ["evening"],
        [[]],
        [None],
        [{}],
        [wrong | {"layers": "mina"}],
    )
    for rotas in (*no_rotas, [wrong | {"layers": [{"people": "mina", "begins": 5}]}]):
        document["on_call"] = ON_CALL | {"rotas": rotas}
        answer = stage.admin("PUT", "/v1/admin/configuration", document)
        assert (answer.status, "on_call.rotas" in answer.text) == (422, True), rotas
    stage.clock.advance(6)
    assert call(stage).status == 201


def test_wrong_calls_are_refused(stage: Stage, phones: Phones) -> None:
    """An unknown rota, too many people, no reason, and a shift that is over."""
    assert call(stage, rota="nobody").status == 404
    assert call(stage, 3).json["error"]["field"] == "people"
    assert call(stage, why=" ").json["error"]["field"] == "why"
    shift = {
        "from": "2026-02-01T18:00:00Z",
        "until": "2026-02-01T21:00:00Z",
        "people": 1,
        "why": "x",
    }
    assert stage.admin("POST", "/v1/admin/shifts", shift).json["error"]["field"] == "from"
