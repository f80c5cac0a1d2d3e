"""A conversation over LINE goes through the production handlers, against a stand-in for LINE."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from surgeline.adapters.configuration.kinds import Kinds
from surgeline.adapters.outbound.sender import NoReply

from local.virtual.front import Answered
from local.virtual.home import VirtualHome
from local.virtual.network import Answer, Post
from tests.functions.channels.driver import API, HOURS
from tests.functions.channels.line_driver import LineDriver

CUSTOMER, OTHER = LineDriver.CUSTOMERS
FIELDS = LineDriver.FIELDS


class Line(LineDriver):
    """A LINE channel whose server may be out of reach, or have other fields."""

    def __init__(self, home: VirtualHome) -> None:
        self.unreached = 0
        super().__init__(home)

    def put(self, body: dict[str, Any]) -> Answered:
        return self.shop.admin("PUT", self.admin_path, body)

    def tell(self, *texts: str, user: str = CUSTOMER) -> int:
        """Write as a customer, signed with the server's fields, and let nothing happen yet."""
        fields = (self.server.channel_secret, self.server.channel_access_token)
        events = [self.text(user, each) for each in texts]
        return self.send(*events, fields=dict(zip(FIELDS, fields, strict=True))).status

    def _provider(self, post: Post) -> Answer:
        if self.unreached:
            self.unreached -= 1
            self.calls.append(post)
            raise NoReply("timeout")
        return super()._provider(post)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    """Yield a LINE channel in a virtual home."""
    home = VirtualHome(tmp_path)
    yield Line(home)
    home.close()


def sends(line: Line) -> list[Post]:
    """Return the calls that say something. LINE is asked for profiles too."""
    return [each for each in line.calls if "/profile/" not in each.url]


def test_a_question_is_answered_by_its_reply_token(line: Line) -> None:
    """The answer is one call, with the reply token and without a push."""
    assert line.tell("When are you open?") == 200
    line.home.drain()
    assert line.server.screen(CUSTOMER) == [HOURS]
    assert [each.by for each in line.server.shown] == ["reply"]
    assert line.ends() == [("delivered", ["ok"])]


def test_no_profile_is_asked_for_once_that_is_off(line: Line) -> None:
    """LINE is asked for nobody's profile any more, nor for one whose question waits already."""
    line.tell("When are you open?")
    line.home.step("events")
    assert line.shop.admin("PATCH", line.admin_path, {"profiles": "off"}).status == 200
    line.tell("When are you open?", user=OTHER)
    line.home.drain()
    assert (line.screen(), line.screen(OTHER)) == ([HOURS], [HOURS])
    assert line.calls == sends(line)


@pytest.mark.parametrize("kind", ["line", "slack", "messenger", "instagram"])
def test_the_switch_of_profiles_has_two_words(kind: str) -> None:
    """Profiles are asked for unless that is off, and another word is named as a problem."""
    found = Kinds().channel(kind)
    assert found.settings().profiles == "on"
    wrong = list(found.problems(found.settings(profiles="never"), True))  # noqa: FBT003 # loopback
    assert wrong == ["profiles: give on or off"]


def test_a_conversation_goes_from_question_to_person_and_back(line: Line) -> None:
    """Question, answer, handoff, a person's words and the customer's next ones all arrive."""
    line.tell("When are you open?")
    line.home.drain()
    line.tell("I want to talk to a person")
    line.home.drain()
    [offer] = [each for each in line.told if each["type"] == "handoff.offered"]
    data = offer["data"]
    said = {"conversation_id": data["conversation_id"], "epoch": data["epoch"], "seq": 1}
    words = {"text": "Hello, Kim here.", "agent": {"name": "Kim"}}
    assert line.shop.pool("message.sent", said | words).status == 202
    line.home.drain()
    line.tell("My parcel is late.")
    line.home.drain()
    screen = line.server.screen(CUSTOMER)
    assert screen[0] == HOURS
    assert screen[-1] == "Hello, Kim here."
    told = [each for each in line.told if each["type"] == "conversation.message"]
    assert told[-1]["data"]["message"]["text"] == "My parcel is late."
    assert {each.by for each in line.server.shown if each.text == "Hello, Kim here."} == {"push"}


def test_a_choice_is_taken_by_its_words_and_by_its_number(line: Line) -> None:
    """Pressing a quick reply and writing its number both give the article's answer."""
    for user, pick in ((CUSTOMER, "Opening hours"), (OTHER, "1")):
        line.tell("open or return?", user=user)
        line.home.drain()
        asked = line.server.shown[-1]
        chosen = pick if pick == "1" else asked.labels[0]
        line.tell(chosen, user=user)
        line.home.drain()
        assert line.server.screen(user)[-1] in (HOURS, "You can return an item within 30 days.")


def test_a_late_answer_is_pushed(line: Line) -> None:
    """A reply token that is too old is not tried, and the answer is pushed."""
    line.tell("When are you open?")
    line.home.clock.advance(51)
    line.home.drain()
    assert [each.by for each in line.server.shown] == ["push"]
    assert [each.url for each in sends(line)] == [f"{API}/v2/bot/message/push"]


def test_a_refused_reply_token_is_followed_by_a_push_at_once(line: Line) -> None:
    """A token that LINE does not take costs no attempt and no time."""
    line.server.faults.append((400, {"message": "Invalid reply token"}))
    line.tell("When are you open?")
    line.home.drain()
    assert [each.by for each in line.server.shown] == ["push"]
    assert line.ends() == [("delivered", ["ok"])]


def test_i6_a_reply_whose_answer_was_lost_is_shown_once(line: Line) -> None:
    """The second try finds the token used, which tells that the first one arrived."""
    line.lost.append("timeout")
    line.tell("When are you open?")
    line.home.run_for(120)
    assert line.server.screen(CUSTOMER) == [HOURS]
    assert line.ends() == [("delivered", ["timeout, perhaps shown", "ok"])]


def test_i1_a_reply_that_never_left_is_pushed_where_its_token_is_refused(line: Line) -> None:
    """Without a connection nothing was sent, so that a refused token tells only its age."""
    line.unreached = 1
    line.server.faults.append((400, {"message": "Invalid reply token"}))
    line.tell("When are you open?")
    line.home.run_for(120)
    assert line.server.screen(CUSTOMER) == [HOURS]
    assert line.ends() == [("delivered", ["timeout", "ok"])]


def test_i6_a_push_whose_answer_was_lost_is_shown_once(line: Line) -> None:
    """The second try has the same retry key, which LINE answers with 409."""
    line.tell("When are you open?")
    line.home.clock.advance(51)
    line.lost.append("timeout")
    line.home.run_for(120)
    assert line.server.screen(CUSTOMER) == [HOURS]
    keys = {each.headers["x-line-retry-key"] for each in sends(line)}
    assert (len(sends(line)), len(keys)) == (2, 1)
    assert line.ends() == [("delivered", ["timeout", "ok"])]


def test_i1_a_reply_that_never_left_is_sent_later(line: Line) -> None:
    """A server error and a rate limit are tried again, with the token while it is good."""
    line.server.faults += [(500, {}), (429, {"message": "The API rate limit has been exceeded."})]
    line.tell("When are you open?")
    line.home.run_for(120)
    assert line.server.screen(CUSTOMER) == [HOURS]
    tries = [f"later: status {status}, perhaps shown" for status in (500, 429)]
    assert line.ends() == [("delivered", [*tries, "ok"])]


def test_a_message_that_line_refuses_holds_up_nothing(line: Line) -> None:
    """The refused reply has failed with its reason, and the next one goes out."""
    details = [{"property": "messages[0].text"}]
    line.server.faults.append((400, {"message": "1 error", "details": details}))
    line.tell("When are you open?", "How long can I return an item?")
    line.home.drain()
    assert line.server.screen(CUSTOMER) == ["You can return an item within 30 days."]
    assert dict(line.ends()) == {
        "failed": ["message: status 400 at messages[0].text"],
        "delivered": ["ok"],
    }


def test_a_spent_quota_is_named_and_its_replies_can_be_sent_later(line: Line) -> None:
    """Pushes wait while the account may send none, and go out once it may."""
    line.server.monthly_limit = 0
    line.tell("When are you open?")
    line.home.clock.advance(51)
    line.home.run_for(900)
    assert line.server.screen(CUSTOMER) == []
    [(end, outcomes)] = line.ends()
    assert (end, set(outcomes)) == (None, {"account: monthly limit"})
    line.server.monthly_limit = 9
    line.home.run_for(1_800)
    assert line.server.screen(CUSTOMER) == [HOURS]


def test_i3_duplicated_and_reordered_webhooks_change_nothing(line: Line) -> None:
    """Each message is answered once, in whichever order and however often it comes."""
    now = line.home.clock.now()
    events = [
        line.server.text(CUSTOMER, text, now=now)
        for text in ("When are you open?", "How long can I return an item?")
    ]
    for each in (events[1], events[0], events[1], events[0]):
        assert line.send(each).status == 200
    line.home.run_for(3_600)
    assert len(line.send(events[0]) and line.server.screen(CUSTOMER)) == 2


# ---------------------------------------------------------------- the operators' side


def test_adding_tells_the_hook_and_the_steps_and_shows_no_field(line: Line) -> None:
    """The answer has the hook's path and the steps at LINE's console, and no secret."""
    assert line.added.status == 200
    assert line.added.json["hook_path"] == "/v1/hooks/line/mine"
    assert "{hook_url}" in line.added.json["steps"][0]
    shown = line.added.text + line.shop.admin("GET", "/v1/admin/configuration").text
    assert not any(value in shown for value in FIELDS.values())


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, "fields.channel_secret: is missing; find it in: LINE Developers console"),
        ({"channel_secret": "a"}, "fields.channel_access_token: is missing"),
        (FIELDS | {"token": "a"}, "fields.token: there is no such field; use channel_secret"),
        (FIELDS | {"channel_secret": "a b"}, "fields.channel_secret: give 1 to 1000 ASCII"),
        (FIELDS | {"channel_secret": 5}, "fields.channel_secret: give 1 to 1000 ASCII"),
        ("text", "fields: give an object of texts"),
    ],
)
def test_wrong_fields_are_named(line: Line, fields: object, problem: str) -> None:
    """A missing, unknown or unusable field is named, with the place where it is found."""
    body = {"kind": "line", "fields": fields}
    answer = line.shop.admin("PUT", "/v1/admin/channels/other", body)
    assert answer.status == 422
    assert any(each.startswith(problem) for each in answer.json["error"]["problems"])
    assert line.shop.admin("POST", "/v1/admin/channels/other/check").status == 404


@pytest.mark.parametrize("base", ["http://line.example", "https://10.0.0.1", f"{API}/"])
def test_another_server_is_checked_like_every_url(line: Line, base: str) -> None:
    """`api_base` is a URL that may be called, without a slash at its end."""
    answer = line.put({"kind": "line", "fields": FIELDS, "api_base": base})
    assert answer.status == 422
    assert answer.json["error"]["problems"][0].startswith("api_base: ")


def test_a_channel_is_defined_anew_without_its_fields(line: Line) -> None:
    """The kept fields stay where none are given."""
    changed = {"kind": "line", "api_base": API, "knowledge_base": "returns"}
    assert line.put(changed).status == 200
    assert line.tell("hello") == 200


def test_fields_are_rotated_one_by_one(line: Line) -> None:
    """A new token is used at once, and both secrets are accepted until the end of the rotation."""
    rotate = "/v1/admin/channels/mine/secret"
    assert line.shop.admin("POST", rotate, {}).status == 422
    new = {"fields": {"channel_access_token": "next", "channel_secret": "next-secret"}}
    assert line.shop.admin("POST", rotate, new).json == {"good": 2}
    line.server.channel_access_token = "next"  # no secret
    assert line.tell("When are you open?") == 200
    line.home.drain()
    assert line.server.screen(CUSTOMER) == [HOURS]
    assert line.shop.admin("POST", rotate, {"finish": True}).json == {"dropped": 1}
    assert line.tell("hello") == 401
    line.server.channel_secret = "next-secret"  # no secret
    assert line.tell("hello") == 200


@pytest.mark.parametrize(
    ("channel", "body", "status"),
    [
        ("mine", {"finish": True, "fields": {"channel_secret": "a"}}, 400),
        ("mine", {"fields": {"channel_secret": ""}}, 400),
        ("mine", {"fields": {"channel_secret": 5}}, 400),
        ("mine", {"fields": ["channel_secret"]}, 400),
        ("shop", {"fields": {"channel_secret": "a"}}, 422),
        ("nobody", {"fields": {"channel_secret": "a"}}, 404),
    ],
)
def test_a_rotation_that_means_nothing_changes_nothing(
    line: Line, channel: str, body: dict[str, object], status: int
) -> None:
    """Fields are refused where a channel has none, where they are no texts, and at the end."""
    secrets = line.home.backend.secrets()
    before = secrets.latest(f"channels/{channel}")
    answer = line.shop.admin("POST", f"/v1/admin/channels/{channel}/secret", body)
    assert answer.status == status
    assert "fields" in answer.text or status == 404
    assert secrets.latest(f"channels/{channel}") == before


def test_a_channel_of_a_whole_document_gets_its_fields_by_a_rotation(line: Line) -> None:
    """A document has no secrets, so the first fields come by a rotation."""
    line.shop.admin("DELETE", "/v1/admin/channels/mine")
    line.shop.configure(channels=[{"id": "mine", "kind": "line", "api_base": API}])
    assert line.tell("hello") == 401
    rotate = "/v1/admin/channels/mine/secret"
    assert line.shop.admin("POST", rotate, {"fields": FIELDS}).json == {"good": 1}
    assert line.tell("hello") == 200


def test_i14_a_reply_token_is_not_logged_and_is_erased_with_its_sender(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    """An erasure takes the tokens off the disk, and the pool is told that the customer is gone."""
    caplog.set_level(logging.DEBUG)
    token = "0f3779fba3b349968c5d07db31eab56f"
    event = line.text(CUSTOMER, "I want to talk to a person") | {"replyToken": token}
    assert line.send(event).status == 200
    line.home.drain()

    def kept() -> bool:
        files = [each for each in line.home.folder.rglob("*") if each.is_file()]
        return any(token.encode() in each.read_bytes() for each in files)

    assert kept()
    for status in (202, 200):
        asked = {"channel": "mine", "sender": CUSTOMER}
        assert line.shop.admin("POST", "/v1/admin/erasures", asked).status == status
        line.home.drain()
    assert not kept()
    logged = str([vars(each) for each in caplog.records])
    assert ("accepted" in logged, token in logged) == (True, False)
    assert line.told[-1]["type"] == "conversation.abandoned"


def test_i10_a_providers_channel_takes_no_signed_messages(line: Line) -> None:
    """The route of signed channels refuses a channel of a provider, whoever signs."""
    assert line.shop.signed("/v1/channels/mine/messages", {"text": "hello"}).status == 401


def test_a_removed_channel_takes_nothing(line: Line) -> None:
    """The fields are deleted with the channel."""
    assert line.shop.admin("DELETE", "/v1/admin/channels/mine").status == 200
    assert line.tell("hello") == 401


def found(line: Line, tested: tuple[int, dict[str, Any]] | None = None) -> list[Any]:
    """Return what a check finds when LINE's test of the hook has that answer."""
    if tested:
        line.server.faults += [(200, {}), tested]
    answer = line.shop.admin("POST", "/v1/admin/channels/mine/check")
    assert answer.status == 200
    return [(each["name"], each["ok"], each["said"]) for each in answer.json["findings"]]


@pytest.mark.parametrize(
    ("tested", "ok", "said"),
    [
        ((200, {"success": True, "statusCode": 200}), True, "LINE reached it"),
        ((200, {"success": False, "statusCode": 401}), False, "another channel's"),
        ((200, {"success": False, "reason": "COULD_NOT_CONNECT"}), False, "COULD_NOT_CONNECT"),
        ((404, {}), False, "no webhook URL is set: enter http://shop.test/v1/hooks/line/mine"),
        ((500, {}), False, "LINE could not be asked (HTTP 500)"),
    ],
)
def test_a_check_tells_how_line_finds_the_hook(
    line: Line, tested: tuple[int, dict[str, Any]], ok: bool, said: str
) -> None:
    """The token is tried, and then LINE is asked to call the hook."""
    token, hook = found(line, tested)
    assert token == ("channel_access_token", True, "LINE accepts it")
    assert (hook[0], hook[1]) == ("hook", ok)
    assert said in hook[2]


def test_a_check_tells_that_the_token_is_refused(line: Line) -> None:
    """A refused token is named with the command that replaces it, and nothing else is tried."""
    line.server.channel_access_token = "other"  # no secret
    [(name, ok, said)] = found(line)
    assert (name, ok) == ("channel_access_token", False)
    assert "surgeline channel rotate" in said


def test_only_a_providers_channel_is_checked(line: Line) -> None:
    """A signed channel has nothing to try, and an unknown one is not found."""
    assert line.shop.admin("POST", "/v1/admin/channels/web/check").status == 409
    assert line.shop.admin("POST", "/v1/admin/channels/nobody/check").status == 404
