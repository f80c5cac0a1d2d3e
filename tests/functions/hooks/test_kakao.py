"""A callback of Kakao is used once, within its minute, and on Kakao's own host only."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.virtual.home import VirtualHome
from tests.functions.channels.driver import API, HOURS
from tests.functions.channels.kakao_driver import KakaoDriver

QUESTION = "When are you open?"


@pytest.fixture
def kakao(tmp_path: Path) -> Iterator[KakaoDriver]:
    """Yield a Kakao channel."""
    home = VirtualHome(tmp_path)
    yield KakaoDriver(home)
    home.close()


def test_the_answer_announces_the_reply(kakao: KakaoDriver) -> None:
    """A request is answered at once, and the reply comes to its callback."""
    answer = kakao.send(kakao.text(kakao.CUSTOMERS[0], QUESTION))
    assert answer.json["useCallback"] is True
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    kakao.home.drain()
    [call] = kakao.calls
    assert call.url.startswith(f"{API}/v1/bots/")
    assert json.loads(call.body)["template"]["outputs"] == [{"simpleText": {"text": HOURS}}]


def test_a_callback_of_another_host_is_never_called(kakao: KakaoDriver) -> None:
    """A URL that a request brought is called on the channel's own server only."""
    for url in ("https://evil.example/", f"{API}.evil.example/", f"{API}@evil.example/"):
        event = kakao.text(kakao.CUSTOMERS[0], QUESTION)
        event["userRequest"]["callbackUrl"] = url
        assert kakao.send(event).status == 200
    kakao.home.drain()
    assert kakao.calls == []
    assert {tuple(outcomes) for _, outcomes in kakao.ends()} == {
        ("message: the callback is on another host than api_base",)
    }


def test_a_late_reply_has_failed_with_its_reason(kakao: KakaoDriver) -> None:
    """A callback is good for a minute, and nothing is lost in silence after it."""
    kakao.send(kakao.text(kakao.CUSTOMERS[0], QUESTION))
    kakao.home.clock.advance(59)
    kakao.home.drain()
    assert kakao.calls == []
    assert kakao.ends() == [("failed", ["window: the callback is older than a minute"])]


def test_a_message_without_a_callback_is_kept(kakao: KakaoDriver) -> None:
    """The customer is told that no answer comes, and the message stands on the record."""
    event = kakao.text(kakao.CUSTOMERS[0], QUESTION)
    del event["userRequest"]["callbackUrl"]
    told = kakao.send(event).json
    assert told["template"]["outputs"][0]["simpleText"]["text"].startswith("메시지를 받았습니다")
    kakao.home.drain()
    assert kakao.said() == [QUESTION]
    assert kakao.ends() == [("failed", ["window: no callback, the customer must write first"])]


def test_a_second_text_in_a_minute_waits_for_no_callback(kakao: KakaoDriver) -> None:
    """Each callback takes one text, and each question has its own."""
    kakao.write(QUESTION, "How long can I return an item?")
    assert len(kakao.screen()) == 2


def test_a_persons_words_use_a_callback_that_no_answer_used(kakao: KakaoDriver) -> None:
    """A person who answers within a minute reaches the customer, once for each message.

    Words that came too late are said by the callback of the customer's next message.
    """
    kakao.write("I want to talk to a person")
    kakao.person_says("Hello, Kim here.")
    assert kakao.ends()[-1] == (
        "failed",
        ["window: no callback, the customer must write first"],
    )
    kakao.write("My parcel is late.")
    assert kakao.screen()[-1] == "Hello, Kim here."
    kakao.write("It was sent on Monday.")
    kakao.home.run_for(30)
    kakao.person_says("I am looking.")
    assert kakao.screen()[-1] == "I am looking."
    kakao.person_says("It arrives tomorrow.")
    assert kakao.screen()[-1] == "I am looking."
    kakao.write("Thanks!")
    assert kakao.screen()[-1] == "It arrives tomorrow."
    kakao.write("Bye!")
    kakao.home.run_for(70)
    kakao.person_says("You are welcome.")
    assert kakao.ends()[-1][1] == ["window: the callback is older than a minute"]
