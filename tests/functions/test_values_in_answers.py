"""An article may name values of a verified customer's newest order, and waits little for them."""

import json
from typing import Any

import pytest
from surgeline.adapters.system_texts import system_texts
from surgeline.domain.customers.file import ORDER_STATES
from surgeline.domain.customers.values import NAMES
from surgeline.knowledge.articles.answer_text import VALUE_NAMES, answer_problems

from local.virtual.shop import ARTICLES, WEB, articles_file
from tests.functions.company_system import FAULTS, KIM, Pool, System, connect
from tests.functions.stage import Stage

ASKED = "What is the return window?"
ANSWER = (
    "Order {order.number|} of {name|friend} is {order.status|in the list of your account}. {{OK}}"
)
TOLD = "Order 1042 of Kim is on its way. {OK}"
FALLBACK = "Order  of friend is in the list of your account. {OK}"
ABOUT = {"email": "kim@example.com", "name": "Kim"}


@pytest.fixture
def shop(stage: Stage) -> Stage:
    """Return a shop whose article on returns names values of an order."""
    articles = [each | {"answer": ANSWER} for each in ARTICLES if ASKED in each["questions"]]
    assert articles
    others = [each for each in ARTICLES if ASKED not in each["questions"]]
    stage.publish(articles_file((*articles, *others)))
    Pool(stage)
    return stage


def said(stage: Stage) -> list[str]:
    """Return what the bot has said, in order."""
    return [text for speaker, text in stage.said() if speaker == "bot"]


def ask(stage: Stage, text: str = ASKED, **more: Any) -> None:
    """Have the customer of the company's own app ask, and let everything happen."""
    assert stage.write(text, **({"customer": ABOUT} | more)).status == 202
    stage.drain()


def test_a_verified_customer_reads_how_the_order_stands(shop: Stage) -> None:
    """The system is asked once for the answer, and later answers use what the conversation has."""
    system = System(shop)
    connect(shop)
    ask(shop)
    assert said(shop) == [TOLD]
    assert [each["purpose"] for each in system.asked()] == ["answer"]
    chat: Any = shop.backend.store().records(shop.thread().id)
    [reply] = [e for record in chat for e in record.effects if e.type == "send_text"]
    assert (reply.in_reply_to, reply.article_id) == (chat[0].event.id, "en-returns")
    ask(shop, "How many days do I have to return my order?")
    assert len(system.asked()) == 1


def test_a_value_is_put_in_as_it_is_and_never_read_again(shop: Stage) -> None:
    """A name or number that looks like a placeholder is shown as such."""
    system = System(shop)
    order = KIM["orders"][0] | {"number": "{customer.name|x}", "status": "wc-odd"}
    system.answer = KIM | {"orders": [order]}
    connect(shop)
    ask(shop, customer=ABOUT | {"name": "{order.status|evil}"})
    [text] = said(shop)
    assert text.startswith("Order {customer.name|x} of {order.status|evil} is in the list")


@pytest.mark.parametrize(
    "answer", [{"found": False}, {"found": "many"}, b"<html>", KIM | {"orders": []}]
)
def test_without_data_the_fallback_is_said(shop: Stage, answer: object) -> None:
    """Nobody, two customers, nonsense and no order are all the article's own fallback."""
    System(shop).answer = answer
    connect(shop)
    ask(shop, customer={})
    assert said(shop) == [FALLBACK]


def test_without_a_system_or_proof_the_fallback_is_said_at_once(shop: Stage) -> None:
    """Nothing is asked where no system is connected, or where the channel proves nothing."""
    began = shop.clock.now()
    ask(shop, customer={})
    assert said(shop) == [FALLBACK]
    assert shop.clock.now() == began
    system = System(shop)
    connect(shop)
    token = shop.request("POST", f"/v1/web/{WEB}/visitors").json["token"]
    sent = {"text": ASKED, "client_message_id": "m-1"}
    bearer = {"authorization": f"Bearer {token}"}
    assert shop.request("POST", f"/v1/web/{WEB}/messages", sent, bearer).status == 202
    shop.drain()
    lines = shop.request("GET", f"/v1/web/{WEB}/messages?after=0", None, bearer).json
    assert FALLBACK in json.dumps(lines, ensure_ascii=False)
    assert system.got == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_system_costs_an_answer_that_names_a_value_900_ms(shop: Stage, fault: str) -> None:
    """The answer comes within that time, once. Where there is no value it has its fallback."""
    System(shop, **FAULTS[fault])
    connect(shop)
    began = shop.clock.now()
    ask(shop, customer={})
    shop.home.run_for(0.9)
    [answer] = said(shop)
    assert (answer == FALLBACK) is (fault != "slow")
    shop.home.run_for(30)
    assert said(shop) == [answer]
    [first, *_] = reversed(shop.logged("channel:shop"))
    assert first.attempts[0].at - began <= 900


@pytest.mark.parametrize(("waited", "took"), [(0.5, 300), (1, 0)])
def test_a_look_up_ends_before_its_answer_is_due(shop: Stage, waited: float, took: int) -> None:
    """What the request waited for its turn is taken off, and a late one is not made at all."""
    system = System(shop, **FAULTS["hanging"])
    connect(shop)
    shop.write(ASKED, customer=ABOUT)
    shop.drain("events")
    shop.clock.advance(waited)
    shop.drain()
    shop.home.run_for(1)
    [logged] = shop.logged("customers:data")
    assert [each.milliseconds for each in logged.attempts] == [took]
    assert len(system.asked()) == (took > 0)
    assert said(shop) == [FALLBACK.replace("friend", "Kim")]


def test_the_next_message_does_not_lose_the_answer_that_waits(shop: Stage) -> None:
    """The waiting answer is said first, with its fallback, and the look-up adds nothing later."""
    System(shop, latency_milliseconds=700)
    connect(shop)
    shop.write(ASKED, customer={})
    shop.drain()
    shop.write("Thanks", customer={})
    shop.drain()
    assert said(shop)[0] == FALLBACK
    shop.home.run_for(5)
    assert said(shop).count(FALLBACK) == 1
    assert shop.thread().conversation.pending is None


def test_an_answer_without_values_asks_nobody(stage: Stage) -> None:
    """Only articles that name a value pay for it."""
    Pool(stage)
    system = System(stage)
    connect(stage)
    ask(stage)
    assert system.got == []


# ---------------------------------------------------------------- names


def test_the_check_of_articles_knows_each_value() -> None:
    """What can be filled and what is accepted are the same names, and others are refused."""
    assert set(NAMES) == set(VALUE_NAMES)
    for name in NAMES:
        assert list(answer_problems(f"{{{name}|soon}}")) == []
    [problem] = answer_problems("{order.colour|red}")
    assert problem.startswith("{order.colour|red} names no value of a customer; those are")
    [bare] = answer_problems("{order.status}")
    assert "has no fallback" in bare


@pytest.mark.parametrize("language", ["en", "fr", "ko"])
def test_each_state_of_an_order_has_words(language: str) -> None:
    """The words stand with the system's other texts."""
    texts = system_texts()[language]
    assert all(texts[f"order_{each}"] for each in ORDER_STATES)
