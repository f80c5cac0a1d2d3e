"""Each kind of channel speaks to its provider alike: once, in order, and never lost in silence."""

import pytest
from surgeline.adapters.channels.text import utf16
from surgeline.application.alerts.alerts import Alerts

from tests.functions.channels.driver import HOURS, RETURNS, Driver

QUESTION, OTHER_QUESTION = "When are you open?", "How long can I return an item?"
LATE_SECONDS = 3_600


def test_a_question_is_answered_once(mine: Driver) -> None:
    """The answer is on the customer's screen, and the log has it delivered."""
    mine.write(QUESTION)
    assert mine.screen() == [HOURS]
    assert mine.ends() == [("delivered", ["ok"])]


def test_answers_come_in_order(mine: Driver) -> None:
    """The second answer waits for the first one's retries, and never overtakes it."""
    mine.server.faults += [(500, {}), (503, {})]
    mine.write(QUESTION, OTHER_QUESTION)
    mine.home.run_for(600)
    assert mine.screen() == [HOURS, RETURNS]


def test_each_customer_gets_their_own(mine: Driver) -> None:
    """Two customers' answers go to their own screens."""
    first, second = mine.CUSTOMERS
    mine.write(QUESTION, user=first)
    mine.write(OTHER_QUESTION, user=second)
    assert (mine.screen(first), mine.screen(second)) == ([HOURS], [RETURNS])


def test_a_long_text_is_whole(mine: Driver) -> None:
    """A text beyond one message's limit comes in parts that fit and together say it all."""
    mine.write("I want to talk to a person")
    before = len(mine.screen())
    words = " ".join(f"Sentence {number} 📦." for number in range(560))
    mine.person_says(words)
    parts = mine.screen()[before:]
    assert len(parts) > 1
    assert all(utf16(each) <= mine.ONE_MESSAGE for each in parts)
    assert " ".join(parts).split() == words.split()


def test_choices_are_numbered_and_buttons(mine: Driver) -> None:
    """Offered choices stand in the text with numbers, and as buttons where they fit."""
    mine.write("open or return?")
    shown = mine.server.shown[-1]
    assert "1. " in shown.text
    assert min(1, mine.MOST_BUTTONS) <= len(shown.labels) <= mine.MOST_BUTTONS


def test_a_persons_words_arrive(mine: Driver) -> None:
    """The handoff is told, a person's words arrive, and the customer's next ones reach the pool."""
    mine.write("I want to talk to a person")
    mine.person_says("Hello, Kim here.")
    assert mine.screen()[-1] == "Hello, Kim here."
    mine.write("My parcel is late.")
    assert mine.told[-1]["data"]["message"]["text"] == "My parcel is late."


def test_the_companys_people_are_told(mine: Driver) -> None:
    """An alert reaches a chat of the company's own people once, also after trouble."""
    chat = {"kind": "chat", "channel": "mine", "to": mine.TEAM, "subjects": ["alerts"]}
    added = mine.shop.admin("PUT", "/v1/admin/subscriptions/duty", chat)
    assert added.status == 200, added.text
    Alerts(mine.home.backend.notebook(), mine.home.clock).raise_("one", "Look.", "urgent")
    mine.server.faults.append((503, {}))
    mine.home.run_for(90)
    assert mine.screen(mine.TEAM_SCREEN or mine.TEAM) == ["Alert: Look."]


@pytest.mark.parametrize("late", [False, True], ids=["at once", "late"])
def test_a_lost_answer_doubles_nothing(mine: Driver, late: bool) -> None:
    """If the provider's answer is lost, the text is on the screen once, also after a restart."""
    if late:
        mine.need("late reply")
    mine.lost.append("timeout")
    assert mine.send(mine.text(mine.CUSTOMERS[0], QUESTION)).status == 200
    if late:
        mine.home.clock.advance(LATE_SECONDS)
    mine.home.drain()
    mine.home.handlers = mine.home.generation(mine.home.backend)
    mine.home.run_for(600)
    assert mine.screen() == [HOURS]
    [(end, outcomes)] = mine.ends()
    assert (end, [each.partition(",")[0] for each in outcomes]) == ("delivered", ["timeout", "ok"])


def test_trouble_of_the_provider_is_waited_out(mine: Driver) -> None:
    """Server errors and a rate limit cost tries, never the text."""
    mine.server.faults += [(500, {}), mine.THROTTLED, (503, {}), (502, {})]
    mine.write(QUESTION)
    mine.home.run_for(900)
    assert mine.screen() == [HOURS]
    [(end, outcomes)] = mine.ends()
    assert (end, len(outcomes)) == ("delivered", 5)


def test_a_provider_that_can_not_be_reached_is_tried_again(mine: Driver) -> None:
    """A connection that fails is no end."""
    mine.lost += ["connect", "tls"]
    mine.server.faults += [(500, {}), (500, {})]
    mine.write(QUESTION)
    mine.home.run_for(600)
    assert mine.screen() == [HOURS]


@pytest.mark.parametrize("refusal", ["REFUSED_MESSAGE", "REFUSED_RECIPIENT"])
def test_a_refused_text_fails_alone(mine: Driver, refusal: str) -> None:
    """A text or a recipient that the provider refuses fails with its reason, and alone."""
    if refusal == "REFUSED_RECIPIENT":
        mine.need("refused recipient")
    mine.server.faults.append(getattr(mine, refusal))
    mine.write(QUESTION, OTHER_QUESTION)
    assert mine.screen() == [RETURNS]
    ends = dict(mine.ends())
    assert set(ends) == {"failed", "delivered"}
    assert ends["failed"][0].startswith(refusal.removeprefix("REFUSED_").lower())


@pytest.mark.parametrize("refusal", ["REFUSED_ACCOUNT", "SPENT_QUOTA"])
def test_a_refused_account_keeps_its_replies(mine: Driver, refusal: str) -> None:
    """Replies of a refused account wait, say why, and go out once it is mended."""
    mine.server.faults += [getattr(mine, refusal)] * 3
    mine.write(QUESTION)
    mine.home.run_for(60)
    [(end, outcomes)] = mine.ends()
    assert end is None
    assert outcomes[0].startswith("account: ")
    mine.home.run_messages_for(LATE_SECONDS)
    assert mine.screen() == [HOURS]


def test_a_reply_that_is_given_up_can_be_sent_again(mine: Driver) -> None:
    """After the last try a reply is a dead letter, and a redrive delivers it."""
    mine.server.faults += [mine.REFUSED_ACCOUNT] * 10
    mine.write(QUESTION)
    mine.home.run_messages_for(4 * LATE_SECONDS)
    assert [end for end, _ in mine.ends()] == ["failed"]
    assert len(mine.home.backend.dead_letters().list()) == 1
    mine.shop.admin("POST", "/v1/admin/dead-letters/redrive", {"all": True})
    mine.home.run_for(60)
    assert mine.screen() == [HOURS]


def test_trouble_of_one_channel_is_its_own(mine: Driver) -> None:
    """Another channel is answered while this one's account is refused."""
    mine.server.faults += [mine.REFUSED_ACCOUNT] * 50
    for number in range(20):
        mine.send(mine.text(mine.CUSTOMERS[0], f"{QUESTION} {number}"))
    mine.shop.write(QUESTION)
    mine.home.drain()
    assert [each.end for each in mine.shop.logged("channel:shop")] == ["delivered"]


def test_a_closed_window_is_told(mine: Driver) -> None:
    """A text that comes too late fails, is listed, and is said once the customer writes."""
    mine.write("I want to talk to a person")
    mine.person_says("Hello, Kim here.")
    mine.home.clock.advance(25 * LATE_SECONDS)
    mine.home.run_messages_for(LATE_SECONDS)
    mine.person_says("Still there?")
    assert mine.ends()[-1][1][-1].startswith("window")
    last = mine.transcript()[-1]
    assert (last["text"], last["undelivered"][:6]) == ("Still there?", "window")
    listed = "/v1/admin/conversations?unreached=yes"
    assert len(mine.shop.admin("GET", listed).json["conversations"]) == 1
    mine.write("Yes, here I am")
    assert mine.screen()[-1].endswith("Still there?")
    assert mine.shop.admin("GET", listed).json["conversations"] == []
    mine.person_says("Let me look.")
    mine.home.clock.advance(25 * LATE_SECONDS)
    mine.home.run_messages_for(LATE_SECONDS)
    mine.person_says("It is mended.")
    mine.person_resolves()
    [line] = mine.shop.admin("GET", listed).json["conversations"]
    assert (line["state"], line["unreached"]) == ("closed", True)
    mine.write("Is it?")
    assert any(each.endswith("It is mended.") for each in mine.screen())


def test_the_newest_fields_send(mine: Driver) -> None:
    """After a rotation every call has the new credential."""
    mine.shop.admin("POST", f"{mine.admin_path}/secret", {"fields": dict(mine.NEXT_FIELDS)})
    mine.write(QUESTION)
    sent = mine.calls[-1]
    told = f"{sent.url} {dict(sent.headers)}"
    assert any(value in told for value in mine.NEXT_FIELDS.values())
    assert not any(value in told for value in mine.FIELDS.values())


def test_a_check_sends_nothing_to_anybody(mine: Driver) -> None:
    """A check tries the credential, and no customer sees anything."""
    assert mine.shop.admin("POST", f"{mine.admin_path}/check").json["findings"][0]["ok"]
    assert mine.server.shown == []


def test_no_secret_is_shown(mine: Driver, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither the configuration nor a log has any of the fields' values."""
    mine.server.faults += [mine.REFUSED_ACCOUNT, mine.REFUSED_MESSAGE]
    mine.write(QUESTION)
    mine.home.run_for(600)
    shown = mine.shop.admin("GET", "/v1/admin/configuration").text + capsys.readouterr().out
    assert not any(value in shown for value in mine.FIELDS.values())
