"""A conversation over Telegram goes through the production handlers, against a stand-in for it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.virtual.home import VirtualHome
from tests.functions.channels.driver import HOURS, RETURNS
from tests.functions.channels.telegram_driver import TelegramDriver, refused

QUESTION, OTHER_QUESTION = "When are you open?", "How long can I return an item?"
URL = "http://shop.test/v1/hooks/telegram/mine"


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[TelegramDriver]:
    """Yield a bot in a virtual home."""
    home = VirtualHome(tmp_path)
    yield TelegramDriver(home)
    home.close()


def test_a_pressed_button_stops_spinning(bot: TelegramDriver) -> None:
    """The press is answered before its answer is said, also where Telegram refuses the former."""
    bot.write("open or return?")
    shown = bot.server.shown[-1]
    bot.server.faults.append(refused(400, "Bad Request: query is too old"))
    bot.send(bot.press(bot.CUSTOMERS[0], shown.labels[0]))
    bot.home.drain()
    assert bot.screen()[-1] in (HOURS, RETURNS)
    assert bot.server.counts["answerCallbackQuery"] == 1


def test_a_repeat_goes_on_after_the_part_that_arrived(bot: TelegramDriver) -> None:
    """A long text whose second part failed is not said from the beginning again."""
    bot.write("I want to talk to a person")
    before = len(bot.screen())
    bot.server.faults += [(200, {"ok": True}), refused(500, "Internal Server Error")]
    bot.person_says(" ".join(f"Sentence {number}." for number in range(560)))
    bot.home.run_for(60)
    said = bot.screen()[before:]
    assert said
    assert not said[0].startswith("Sentence 0.")


def test_a_group_that_moved_gets_the_text_in_its_new_chat(bot: TelegramDriver) -> None:
    """Telegram names the new chat of a group that became a supergroup, and the text goes there."""
    status, said = refused(400, "Bad Request: group chat was upgraded to a supergroup chat")
    bot.server.faults.append((status, {**said, "parameters": {"migrate_to_chat_id": 5000000002}}))
    bot.write(QUESTION)
    assert (bot.screen(), bot.screen("5000000002")) == ([], [HOURS])
    assert bot.ends()[-1][0] == "delivered"


def test_the_app_s_language_counts_less_than_the_words(bot: TelegramDriver) -> None:
    """An English customer with a Korean phone is told in English, also while a person is asked."""
    bot.speaks_korean()
    bot.write("I want to talk to a person", "ok", "The parcel is late.")
    bot.home.run_for(600)
    assert not re.search("[가-힣]", " ".join(bot.screen()))


def test_people_see_the_name_that_the_profile_has(bot: TelegramDriver) -> None:
    """The offer has the customer's name."""
    bot.write("I want to talk to a person")
    [offer] = [each for each in bot.told if each["type"] == "handoff.offered"]
    assert offer["data"]["context"]["customer"]["attributes"] == {
        "name": "Sam",
        "first_name": "Sam",
    }


def test_an_edit_reaches_the_person(bot: TelegramDriver) -> None:
    """A person who has the conversation is told of the new text, and of no unseen change."""
    bot.write("I want to talk to a person")
    event = bot.text(bot.CUSTOMERS[0], "My parcel is late.")
    for each in (event, bot.edited(event, "My parcel is late."), bot.edited(event, "Parcel 42.")):
        bot.send(each)
        bot.home.drain()
    told = [each for each in bot.told if each["type"] == "conversation.message"]
    assert [each["data"]["message"]["text"] for each in told] == [
        "My parcel is late.",
        "Parcel 42.",
    ]


def test_an_edit_of_an_unknown_message_is_a_message(bot: TelegramDriver) -> None:
    """The edit of a question that was asked before the bot was connected is answered."""
    bot.send(bot.edited(bot.text(bot.CUSTOMERS[0], "?"), QUESTION))
    bot.home.drain()
    assert bot.screen() == [HOURS]


# ---------------------------------------------------------------- the check


def found(bot: TelegramDriver) -> list[Any]:
    answer = bot.shop.admin("POST", f"{bot.admin_path}/check")
    return [(each["name"], each["ok"], each["said"]) for each in answer.json["findings"]]


def test_a_check_enters_the_hook(bot: TelegramDriver) -> None:
    """Telegram gets the hook, the newest secret token and the kinds of updates."""
    token, hook = found(bot)
    assert token == ("bot_token", True, "Telegram accepts it")
    assert hook == ("hook", True, "Telegram calls it, with the newest secret_token")
    entered = next(each.json for each in bot.calls if each.url.endswith("/setWebhook"))
    assert entered == {
        "url": URL,
        "secret_token": "secret-1",
        "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
    }
    bot.shop.admin("POST", f"{bot.admin_path}/secret", {"fields": {"secret_token": "secret-2"}})
    assert found(bot)[1] == hook
    assert bot.calls[-1].json["secret_token"] == "secret-2"


def test_a_check_leaves_another_program_its_hook(bot: TelegramDriver) -> None:
    """The URL of another program is not replaced, and the finding tells what to do."""
    bot.server.hook = "https://another.example/"
    _, (name, ok, said) = found(bot)
    assert (name, ok) == ("hook", False)
    assert "deleteWebhook" in said
    assert bot.server.hook == "https://another.example/"


GOOD = (200, {"ok": True, "result": {}})


@pytest.mark.parametrize(
    ("answers", "ok", "said"),
    [
        ([refused(401, "Unauthorized")], False, "Telegram refuses it: ask @BotFather"),
        ([refused(500, "Internal")], False, "Telegram could not be asked (HTTP 500)"),
        ([GOOD, refused(500, "Internal")], False, "could not be asked (HTTP 500)"),
        ([GOOD, GOOD, refused(400, "Bad Request: bad webhook")], False, "bad webhook"),
    ],
)
def test_a_check_tells_what_is_missing(
    bot: TelegramDriver, answers: list[Any], ok: bool, said: str
) -> None:
    """Each failure of the check tells what to do."""
    bot.server.faults += answers
    name, good, told = found(bot)[-1]
    assert (good, said in told) == (ok, True), (name, told)


@pytest.mark.parametrize(("seconds", "ok"), [(0, False), (599, False), (600, True)])
def test_a_call_that_failed_lately_is_told(bot: TelegramDriver, seconds: int, ok: bool) -> None:
    """Telegram's own trouble with the hook is told for ten minutes."""
    failed = bot.home.clock.now() // 1000 - seconds
    told = {"url": URL, "last_error_message": "401 Unauthorized", "last_error_date": failed}
    bot.server.faults += [GOOD, (200, {"ok": True, "result": told})]
    _, (_, good, said) = found(bot)
    assert good is ok
    assert ("failed (401 Unauthorized); check again later" in said) is not ok
