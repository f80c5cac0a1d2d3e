"""The customers of the benchmark of channels write in their app's language, and know answers."""

import asyncio
from typing import Any

from aiosmtpd.smtp import Envelope

from benchmarks.channels.__main__ import SHOP
from benchmarks.channels.customers import NAMES, Found, Letter, Question, judged, questions_of
from benchmarks.channels.mails import PostOffice
from benchmarks.channels.providers import FIELDS, Providers
from local.simulators.providers import SERVERS


def test_customers_write_over_every_channel_of_a_provider_and_by_mail() -> None:
    """Each kind that has a stand-in of its provider has customers, and e-mail has them too."""
    assert set(NAMES) == {*FIELDS, "email"} == {*SERVERS, "email"}


def test_no_customer_asks_with_a_word_that_stops_all_texts() -> None:
    """Over SMS `unsubscribe` is no question, so its answer would count as lost."""
    asked = {each.text for article in questions_of(SHOP) for each in article}
    assert "unsubscribe" in SHOP.read_text(encoding="utf-8")
    assert "unsubscribe" not in asked
    assert "delete account" in asked


def test_kakaos_customers_have_an_english_app() -> None:
    """A text without a telling word is read in the app's language. All questions are English."""
    kakao = Providers(failing=0, seed=1).servers["kakao"]
    assert kakao.text("kim", "delete account", now=1)["userRequest"]["lang"] == "en"


def test_a_message_that_is_answered_otherwise_is_not_lost() -> None:
    """A customer with another text on the screen was heard, and one without any was not."""
    asked = [Letter(0, "line", user, Question("?", "Yes")) for user in ("kim", "lee", "sam")]
    screens = {"kim": ["Yes"], "lee": ["A person looks into it."]}
    assert judged(asked, screens) == Found(3, 1, 1, 0, 0)


def test_a_mail_that_a_fault_turned_away_is_in_no_mailbox() -> None:
    """Half of the faults are one customer's, and half the server's. Both say that later is fine."""

    async def said(office: PostOffice) -> list[str]:
        nobody: Any = None
        envelope, said = Envelope(), list[str]()
        envelope.content = b"To: kim@customer.example\r\nMessage-ID: <1@x>\r\n\r\nYes"
        at = await office.handle_RCPT(nobody, nobody, envelope, "kim@customer.example", [])
        said.append(at)
        if envelope.rcpt_tos:
            said.append(await office.handle_DATA(nobody, nobody, envelope))
        return said

    failing = PostOffice(door=0, failing=1, seed=1)
    ends = {asyncio.run(said(failing))[-1][:9] for _ in range(20)}
    assert ends == {"451 4.7.1", "451 4.3.0", "250 2.0.0"}
    assert (failing.calls, len(failing.shown)) == (20, 1)
    sound = PostOffice(door=0, failing=0, seed=1)
    assert asyncio.run(said(sound))[-1][:3] == "250"
    assert [(each.user, each.text) for each in sound.shown] == [("kim@customer.example", "Yes")]
