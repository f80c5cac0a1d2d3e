"""A company's site proves which of its customers writes; nobody can claim to be another."""

import hashlib
import hmac
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
from surgeline.application.conversations.visitor_tokens import customers_sender
from surgeline.application.thread_log import links_of
from surgeline.domain.events import CustomerWrote
from surgeline.domain.ids import thread_id
from surgeline.runtime.ids_key import ids_key

from functions.web_chat.customers_chat import CHAT, KEPT_MS
from local.simulators.providers.files import PICTURE
from local.virtual.front import Answered
from tests.functions.stage import Stage

VISITORS = "/v1/web/web/visitors"
MESSAGES = "/v1/web/web/messages"
FILES = "/v1/web/web/files"
LEAVE = "/v1/web/web/leave"
EMBED = Path(__file__).parents[2] / "docs" / "embed.md"


@pytest.fixture
def secret(stage: Stage) -> str:
    """Return the first secret of the web channel, which only its company's servers know."""
    answered = stage.admin("POST", "/v1/admin/channels/web/secret", {})
    assert answered.status == 200, answered.text
    made: str = answered.json["secret"]
    return made


def proof(secret: str, user_id: str) -> str:
    """Return the proof as a company's server makes it."""
    return hmac.new(secret.encode(), user_id.encode(), hashlib.sha256).hexdigest()


def dated(secret: str, user_id: str, at: int) -> dict[str, object]:
    """Return a customer with a proof that was made at a time, as a company's server makes it."""
    return {"id": user_id, "at": at, "proof": proof(secret, f"{at}\n{user_id}")}


def visit(stage: Stage, user: Any = None, token: str | None = None) -> Answered:
    """Ask for a visitor."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return stage.request("POST", VISITORS, {"user": user} if user else {}, headers)


def said(stage: Stage, token: str, **more: Any) -> Any:
    """Write a message, and return what the thread keeps of the customer."""
    body = {"client_message_id": "c-1", "text": "When are you open?"} | more
    answered = stage.request("POST", MESSAGES, body, {"authorization": f"Bearer {token}"})
    assert answered.status == 202, answered.text
    stage.drain("events")
    records = stage.backend.store().records(answered.json["thread_id"], limit=10)
    return next(each.event.customer for each in records if isinstance(each.event, CustomerWrote))


def test_a_proven_customer_is_known_to_whoever_answers(stage: Stage, secret: str) -> None:
    """The id stands with the message as proven, beside what the page says."""
    answered = visit(stage, {"id": "c 42", "proof": proof(secret, "c 42")})
    assert (answered.status, answered.json["user_id"]) == (201, "c 42")
    customer = said(stage, answered.json["token"], attributes={"plan": "gold", "orders": 3})
    assert customer == {"plan": "gold", "orders": 3, "user_id": "c 42", "user_verified": True}


@pytest.mark.parametrize("wrong", ["", "0" * 64, "민아", "proof of another"])
def test_a_false_proof_is_refused(stage: Stage, secret: str, wrong: str) -> None:
    """No token comes of it, whether it is empty, made up, or the proof of somebody else."""
    given = proof(secret, "c 43") if wrong == "proof of another" else wrong
    answered = visit(stage, {"id": "c 42", "proof": given})
    assert answered.status in (400, 403)
    assert "token" not in answered.json


def test_without_a_secret_nobody_is_proven(stage: Stage) -> None:
    """A channel that was never given a secret takes no proof, not even an empty key's."""
    assert visit(stage, {"id": "c 42", "proof": proof("", "c 42")}).status == 403
    assert visit(stage).json["user_id"] is None


def test_a_page_can_not_set_what_only_a_proof_sets(stage: Stage) -> None:
    """Attributes that stand for a proof or for the place are refused by name."""
    headers = {"authorization": f"Bearer {visit(stage).json['token']}"}
    for name in ("user_id", "user_verified", "page"):
        body = {"client_message_id": "c-1", "text": "Hi", "attributes": {name: "c 42"}}
        answered = stage.request("POST", MESSAGES, body, headers)
        assert (answered.status, answered.json["error"]["field"]) == (400, "attributes")


def test_a_chat_that_was_begun_goes_on_under_the_name(stage: Stage, secret: str) -> None:
    """The thread stays, and another customer on the same browser gets another one."""
    first = visit(stage).json
    ann = {"id": "ann", "proof": proof(secret, "ann")}
    known = visit(stage, ann, first["token"]).json
    assert known["thread_id"] == first["thread_id"]
    assert visit(stage, ann, known["token"]).json["thread_id"] == first["thread_id"]
    bob = {"id": "bob", "proof": proof(secret, "bob")}
    assert visit(stage, bob, known["token"]).json["thread_id"] != first["thread_id"]
    assert visit(stage, ann, "no token").json["user_id"] == "ann"


def test_a_proven_customer_has_one_chat_in_every_browser(stage: Stage, secret: str) -> None:
    """What was said in one browser is read in the other, and nobody else's chat is that one."""
    now = stage.clock.now() // 1000
    ann = dated(secret, "ann", now)
    laptop, phone = (visit(stage, ann).json for _ in range(2))
    assert laptop["thread_id"] == phone["thread_id"]
    said(stage, laptop["token"])
    headers = {"authorization": f"Bearer {phone['token']}"}
    [line, *_] = stage.request("GET", MESSAGES, headers=headers).json["lines"]
    assert line["text"] == "When are you open?"
    assert visit(stage, dated(secret, "bob", now)).json["thread_id"] != laptop["thread_id"]
    assert visit(stage).json["thread_id"] != visit(stage).json["thread_id"]


def lines(stage: Stage, token: str) -> Any:
    """Read a chat, and return the texts or the status of a refusal."""
    headers = {"authorization": f"Bearer {token}"}
    answered = stage.request("GET", MESSAGES, headers=headers)
    return [each["text"] for each in answered.json["lines"]] if answered.status == 200 else 401


def test_a_chat_without_a_name_becomes_the_customers(stage: Stage, secret: str) -> None:
    """The phone goes on where the laptop began, in one conversation with one owner."""
    begun = visit(stage).json
    said(stage, begun["token"], text="I want to talk to a person")
    store = stage.backend.store()
    before = store.thread(begun["thread_id"])
    assert before is not None
    ann = dated(secret, "ann", stage.clock.now() // 1000)
    laptop = visit(stage, ann, begun["token"]).json
    phone = visit(stage, ann).json
    assert {laptop["thread_id"], phone["thread_id"]} == {begun["thread_id"]}
    assert "I want to talk to a person" in lines(stage, phone["token"])
    said(stage, phone["token"], client_message_id="p-1")
    assert lines(stage, phone["token"])[-1] == "When are you open?"
    after = store.thread(begun["thread_id"])
    assert after is not None
    assert (after.conversation.id, after.conversation.epoch, after.conversation.owner) == (
        before.conversation.id,
        before.conversation.epoch,
        before.conversation.owner,
    )
    stage.clock.advance(60 * 86_400)
    later = dated(secret, "ann", stage.clock.now() // 1000)
    assert visit(stage, later).json["thread_id"] == begun["thread_id"]


def test_a_customer_with_a_chat_keeps_it(stage: Stage, secret: str) -> None:
    """A second chat without a name stays its browser's own, and the shared one stays."""
    ann = dated(secret, "ann", stage.clock.now() // 1000)
    shared = visit(stage, ann).json
    said(stage, shared["token"])
    begun = visit(stage).json
    said(stage, begun["token"])
    assert visit(stage, ann, begun["token"]).json["thread_id"] == begun["thread_id"]
    assert visit(stage, ann).json["thread_id"] == shared["thread_id"]
    bob = dated(secret, "bob", stage.clock.now() // 1000)
    first, second = (visit(stage).json for _ in range(2))
    for each in (first, second):
        said(stage, each["token"])
        assert visit(stage, bob, each["token"]).json["thread_id"] == each["thread_id"]
    assert visit(stage, bob).json["thread_id"] == first["thread_id"]


def test_an_older_token_opens_nothing_that_a_customer_said(stage: Stage, secret: str) -> None:
    """Whoever kept a copy from a shared computer reads no chat of the customer, nor by a name."""
    begun = visit(stage).json
    said(stage, begun["token"])
    now = stage.clock.now() // 1000
    ann = visit(stage, dated(secret, "ann", now), begun["token"]).json
    copied = visit(stage, dated(secret, "eve", now), begun["token"]).json
    said(stage, ann["token"], client_message_id="a-1", text="My card is 4711")
    assert "My card is 4711" in lines(stage, ann["token"])
    assert lines(stage, begun["token"]) == 401
    assert lines(stage, copied["token"]) == 401


def writes(stage: Stage, token: str) -> list[int]:
    """Return the statuses of a message, a file and the end of the chat, as a page sends them."""
    bearer = {"authorization": f"Bearer {token}"}
    file = {**bearer, "content-type": "application/octet-stream"}
    body = {"client_message_id": "w-1", "text": "Send it to another street"}
    return [
        stage.request("POST", MESSAGES, body, bearer).status,
        stage.request("POST", f"{FILES}?message=w-1&number=0", PICTURE, file).status,
        stage.request("POST", LEAVE, {}, bearer).status,
    ]


def joined(stage: Stage, secret: str) -> tuple[str, str]:
    """Return the token of a chat that was begun without a name, and that of Ann who has it now."""
    begun: str = visit(stage).json["token"]
    said(stage, begun)
    ann: str = visit(stage, dated(secret, "ann", stage.clock.now() // 1000), begun).json["token"]
    return begun, ann


def test_an_older_token_writes_nothing_into_a_customers_chat(stage: Stage, secret: str) -> None:
    """It sends no message and no file there, and does not end the chat."""
    begun, ann = joined(stage, secret)
    said(stage, ann, client_message_id="a-1", text="I want to talk to a person")
    before = lines(stage, ann)
    assert writes(stage, begun) == [401, 401, 401]
    stage.drain("events")
    assert lines(stage, ann) == before
    assert writes(stage, ann) == [202, 201, 202]


@pytest.mark.parametrize("is_fresh", [True, False])
def test_nobody_else_takes_a_chat_that_became_the_customers(
    stage: Stage, secret: str, is_fresh: bool
) -> None:
    """Another customer who kept the older token writes nothing there, even before the first one."""
    begun, ann = joined(stage, secret)
    now = stage.clock.now() // 1000
    fresh, undated = dated(secret, "eve", now), {"id": "eve", "proof": proof(secret, "eve")}
    eve = visit(stage, fresh if is_fresh else undated, begun).json["token"]
    own = visit(stage, fresh).json["token"]
    assert writes(stage, eve) == [401, 401, 401]
    said(stage, ann, client_message_id="a-1", text="My card is 4711")
    assert lines(stage, eve) == 401
    assert lines(stage, own) == []
    assert writes(stage, own) == [202, 201, 202]
    assert "My card is 4711" in lines(stage, visit(stage, dated(secret, "ann", now)).json["token"])


def test_a_chat_in_which_another_was_proven_first_locks_nobody_out(
    stage: Stage, secret: str
) -> None:
    """The customer goes on in a chat of their own, or in the next one without a name."""
    begun = visit(stage).json
    said(stage, begun["token"])
    eve = visit(stage, {"id": "eve", "proof": proof(secret, "eve")}, begun["token"]).json["token"]
    assert writes(stage, eve)[0] == 202  # and it still waits
    ann = dated(secret, "ann", stage.clock.now() // 1000)
    assert visit(stage, ann, begun["token"]).json["thread_id"] == begun["thread_id"]
    stage.drain("events")
    own = visit(stage, ann).json
    assert own["thread_id"] != begun["thread_id"]
    assert lines(stage, own["token"]) == []
    later = visit(stage).json
    said(stage, later["token"])
    assert visit(stage, ann, later["token"]).json["thread_id"] == later["thread_id"]
    assert visit(stage, ann).json["thread_id"] == later["thread_id"]


def test_a_browser_that_was_signed_in_before_finds_the_chat_that_was_joined(
    stage: Stage, secret: str
) -> None:
    """Its own chat, in which nothing was said, opens no more, and a new visit gives the other."""
    ann = dated(secret, "ann", stage.clock.now() // 1000)
    phone = visit(stage, ann).json["token"]
    assert lines(stage, phone) == []
    joined(stage, secret)
    assert lines(stage, phone) == 401
    assert writes(stage, phone) == [401, 401, 401]
    again = visit(stage, ann, phone).json["token"]
    assert lines(stage, again)[0] == "When are you open?"
    assert writes(stage, again) == [202, 201, 202]


def test_a_chat_of_the_customers_own_that_has_begun_is_kept(stage: Stage, secret: str) -> None:
    """What the phone wrote at the moment of the other chat's joining stays on its screen."""
    ann = dated(secret, "ann", stage.clock.now() // 1000)
    phone = visit(stage, ann).json["token"]
    body, begun = {"client_message_id": "p-1", "text": "My order 77 is broken"}, visit(stage).json
    said(stage, begun["token"])
    sent = stage.request("POST", MESSAGES, body, {"authorization": f"Bearer {phone}"})
    laptop = visit(stage, ann, begun["token"]).json
    stage.drain("events")
    assert (sent.status, laptop["thread_id"]) == (202, begun["thread_id"])
    assert "My order 77 is broken" in lines(stage, phone)
    for token in (phone, None):
        assert "My order 77 is broken" in lines(stage, visit(stage, ann, token).json["token"])
    assert visit(stage, ann, laptop["token"]).json["thread_id"] == begun["thread_id"]


def test_the_link_that_erasures_follow_lasts_as_long_as_the_chat(stage: Stage, secret: str) -> None:
    """Both are renewed by a later proof, so that an erasure finds a chat that goes on."""
    joined(stage, secret)
    key = ids_key(stage.backend.secrets())
    own = thread_id(key, "web", customers_sender(key, "web", "ann"))
    ledger = stage.backend.ledger()
    stage.clock.advance(60 * 86_400)
    visit(stage, dated(secret, "ann", stage.clock.now() // 1000))
    chat = ledger.read(f"chat.{own}", CHAT)
    [link] = ledger.find(links_of(own), limit=9)
    assert chat is not None
    assert link.expires_at == chat.expires_at == stage.clock.now() + KEPT_MS


def test_only_a_fresh_proof_makes_a_chat_the_customers(stage: Stage, secret: str) -> None:
    """A proof without a time keeps the chat in its browser, and so does a chat without words."""
    begun = visit(stage).json
    said(stage, begun["token"])
    undated = {"id": "ann", "proof": proof(secret, "ann")}
    assert visit(stage, undated, begun["token"]).json["thread_id"] == begun["thread_id"]
    ann = dated(secret, "ann", stage.clock.now() // 1000)
    assert visit(stage, ann).json["thread_id"] != begun["thread_id"]
    empty = visit(stage).json
    assert visit(stage, ann, empty["token"]).json["thread_id"] == empty["thread_id"]
    assert visit(stage, ann).json["thread_id"] != empty["thread_id"]


def test_an_erasure_of_the_customer_finds_the_chat_that_became_theirs(
    stage: Stage, secret: str
) -> None:
    """The customer's id is enough, though the chat was begun under another sender."""
    begun = visit(stage).json
    said(stage, begun["token"], text="I live in Lyon")
    visit(stage, dated(secret, "ann", stage.clock.now() // 1000), begun["token"])
    body = {"channel": "web", "sender": "ann"}
    for _ in range(2):
        stage.admin("POST", "/v1/admin/erasures", body)
        stage.drain()
    assert "Lyon" not in stage.everything_kept()


def test_a_proof_without_a_time_opens_no_chat_of_another_browser(stage: Stage, secret: str) -> None:
    """A copy that never ends names the customer, and shows nothing that they have said."""
    shared = visit(stage, dated(secret, "ann", stage.clock.now() // 1000)).json["thread_id"]
    copied = {"id": "ann", "proof": proof(secret, "ann")}
    first, second = (visit(stage, copied).json for _ in range(2))
    assert first["user_id"] == "ann"
    assert len({shared, first["thread_id"], second["thread_id"]}) == 3


@pytest.mark.parametrize(
    ("age", "status"), [(3_600, 201), (3_601, 403), (-300, 201), (-301, 403), (30 * 86_400, 403)]
)
def test_a_dated_proof_is_good_for_an_hour(
    stage: Stage, secret: str, age: int, status: int
) -> None:
    """An older one, and one from beyond a clock's error, are refused in words of their own."""
    answered = visit(stage, dated(secret, "ann", stage.clock.now() // 1000 - age))
    assert answered.status == status
    assert ("make a new one" in answered.text) == (status == 403)


def test_the_time_of_a_proof_can_not_be_changed(stage: Stage, secret: str) -> None:
    """Another time, none, and a time that is part of another id are refused."""
    now = stage.clock.now() // 1000
    old = dated(secret, "ann", now - 7_200)
    for wrong in ({**old, "at": now}, {**old, "at": None}, {**old, "id": f"{now}ann"}):
        assert visit(stage, wrong).status == 403
    assert (
        visit(stage, {"id": f"{now}\nann", "proof": dated(secret, "ann", now)["proof"]}).status
        == 400
    )
    mixed = {"id": "ann", "at": now, "proof": proof(secret, f"{now}ann")}
    assert visit(stage, mixed).status == 403
    for at in ("now", True, -1, 1.5, 10**12):
        answered = visit(stage, {**old, "at": at})
        assert (answered.status, answered.json["error"]["field"]) == (400, "user.at")


def test_the_guides_example_makes_a_good_proof(stage: Stage, secret: str) -> None:
    """The code of the guide, as it stands there, gives the customer's chat."""
    [block] = re.findall(r"```python\n(.*?)```", EMBED.read_text(), re.DOTALL)
    example = textwrap.dedent(block).replace("time.time()", f"{stage.clock.now() / 1000}")
    names: dict[str, Any] = {"secret": secret, "customer_id": "c-42"}
    exec(example, names)  # noqa: S102 # the guide's own code
    found = visit(stage, names["customer"]).json
    assert found["user_id"] == "c-42"
    assert visit(stage, names["customer"]).json["thread_id"] == found["thread_id"]


def test_a_second_secret_is_good_beside_the_first(stage: Stage, secret: str) -> None:
    """The secret is replaced as any other is, and the old one is good until that is finished."""
    second = stage.admin("POST", "/v1/admin/channels/web/secret", {}).json["secret"]
    stage.clock.advance(3_600)
    for each in (secret, second):
        assert visit(stage, {"id": "ann", "proof": proof(each, "ann")}).status == 201
    stage.admin("POST", "/v1/admin/channels/web/secret", {"finish": True})
    stage.clock.advance(3_600)
    assert visit(stage, {"id": "ann", "proof": proof(secret, "ann")}).status == 403


def test_a_token_can_not_be_changed_to_another_customer(stage: Stage, secret: str) -> None:
    """The id in the token is signed with the rest of it."""
    token: str = visit(stage, {"id": "ann", "proof": proof(secret, "ann")}).json["token"]
    parts = token.split("~")
    parts[4] = "Ym9i"
    answered = stage.request(
        "GET", MESSAGES, headers={"authorization": f"Bearer {'~'.join(parts)}"}
    )
    assert answered.status == 401


def test_the_secret_stands_in_no_other_answer(stage: Stage, secret: str) -> None:
    """It is shown once, and neither the configuration nor the record of acts has it."""
    for path in ("configuration", "audit", "look"):
        assert secret not in stage.admin("GET", f"/v1/admin/{path}").text
