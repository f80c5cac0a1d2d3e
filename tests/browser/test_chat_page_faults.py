"""What the chat page does when the network or the server is against it."""

import time

import pytest
from chromium import Chromium
from fake_server import FakeServer, quiet

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

QUESTION = "Where is my order?"
UNREACHABLE = "We cannot reach the chat right now. We keep trying, and what you write is kept."
OFFLINE = "You are offline. What you write is kept, and sent when you are back."


def ids(server: FakeServer) -> list[str]:
    """Return the client message ids that were posted."""
    return [post["client_message_id"] for post in server.posts]


def test_a_restart_of_the_server_loses_and_doubles_nothing(
    page: Chromium, server: FakeServer
) -> None:
    """A message written during a restart is kept, sent when the server is back, and answered by
    push.
    """
    page.ask("before")
    page.said("bot", "You said: before")
    server.stop()
    page.ask("meanwhile")
    page.said("customer", "meanwhile", "retrying")
    page.ask("and more")
    page.sees(UNREACHABLE)
    server.start()
    page.said("bot", "You said: and more")
    assert page.texts("customer") == ["before", "meanwhile", "and more"]
    assert page.texts("bot") == [f"You said: {text}" for text in page.texts("customer")]
    assert len(set(ids(server))) == len(server.posts) == 3
    page.until("document.getElementById('banner').textContent === ''")
    page.until("document.querySelectorAll('[data-state=sent]').length === 3")


def test_an_unsent_message_outlives_a_reload(page: Chromium, server: FakeServer) -> None:
    """A message that the server could not take is sent by the next page under the same id."""
    page.ask("before")
    page.said("bot", "You said: before")
    server.refuse["POST messages"] = [(503, {})] * 50
    page.ask("meanwhile")
    page.said("customer", "meanwhile", "retrying")
    message_id = page.evaluate(
        "Object.keys(localStorage).find((key) => key.includes('unsent')).split('.').at(-1)"
    )
    page.reload()
    page.said("customer", "meanwhile", "retrying")
    server.refuse.clear()
    page.said("bot", "You said: meanwhile")
    assert ids(server).count(message_id) == 1
    assert page.texts("customer") == ["before", "meanwhile"]
    assert page.evaluate("Object.keys(localStorage).some((key) => key.includes('unsent'))") is False


def test_a_lost_answer_to_a_send_is_harmless(page: Chromium, server: FakeServer) -> None:
    """A message that was taken, but whose 202 got lost, is sent again and shown once."""
    server.lose_answers = 1
    page.ask(QUESTION)
    page.said("bot", f"You said: {QUESTION}")
    server.posted(2)
    page.said("customer", QUESTION, "sent")
    assert len(set(ids(server))) == 1
    assert page.texts() == [QUESTION, f"You said: {QUESTION}"]


def test_a_message_never_moves_below_its_answer(page: Chromium, server: FakeServer) -> None:
    """A line that moves is read out again, so a line that was drawn stays where it is."""
    page.ask("First")
    page.said("bot", "You said: First")
    page.evaluate(
        "(window.moved = 0, new MutationObserver((all) => all.forEach((one) => "
        "window.moved += one.removedNodes.length)).observe("
        "document.getElementById('log'), { childList: true }))"
    )
    server.lose_answers = 1
    page.ask("Second")
    page.said("bot", "You said: Second")
    page.said("customer", "Second", "sent")
    assert page.evaluate("window.moved") == 0


def test_what_is_written_offline_is_sent_once_when_back(page: Chromium, server: FakeServer) -> None:
    """The page says that it is offline, and goes on by itself."""
    page.ask("before")
    page.said("bot", "You said: before")
    page.offline(on=True)
    page.sees(OFFLINE)
    page.ask("meanwhile")
    page.said("customer", "meanwhile", "retrying")
    page.offline(on=False)
    page.said("bot", "You said: meanwhile")
    assert len(server.posts) == 2
    assert page.evaluate("document.getElementById('banner').textContent") == ""


def test_a_429_waits_as_long_as_asked(page: Chromium, server: FakeServer) -> None:
    """The page sends nothing before Retry-After is over, whatever time passes or message
    follows.
    """
    server.refuse["POST messages"] = [(429, {"Retry-After": "2"})]
    begun = time.monotonic()
    page.ask("one")
    page.said("customer", "one", "slowed")
    page.ask("two")
    time.sleep(0.5)
    assert server.posts == []
    page.said("bot", "You said: two")
    assert time.monotonic() - begun >= 2
    assert [post["text"] for post in server.posts] == ["one", "two"]


def test_a_refused_message_waits_for_its_writer(page: Chromium, server: FakeServer) -> None:
    """A message that the server will not take says so, stops no other, and can be tried again."""
    server.refuse["POST messages"] = [(422, {})]
    page.ask("one")
    page.said("customer", "one", "failed")
    page.sees("Your message was not sent. You can try again.")
    page.ask("two")
    page.said("bot", "You said: two")
    page.reload()
    page.said("customer", "one", "failed")
    page.click("button", "Try again")
    page.said("bot", "You said: one")
    page.said("customer", "one", "sent")
    assert page.evaluate("document.getElementById('problem').textContent") == ""


def test_a_refused_message_can_be_given_up(page: Chromium, server: FakeServer) -> None:
    """A refused message that nobody wants to send any more is removed for good."""
    server.refuse["POST messages"] = [(422, {})]
    page.ask("one")
    page.said("customer", "one", "failed")
    page.click("button", "Discard")
    page.until("document.querySelectorAll('[data-speaker]').length === 0")
    page.reload()
    page.sees("Hello. How can we help?")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('unsent'))") == []


def test_too_long_a_text_is_not_sent(page: Chromium, server: FakeServer) -> None:
    """A counter of characters is shown near the limit, and a text above the limit is not sent."""
    page.paste("🙂" * 9_500)
    page.sees("9,500 of 10,000 characters")
    page.paste("é" * 501)
    page.sees("10,001 of 10,000 characters")
    page.press("Enter")
    page.sees("This message is too long. Please keep it to 10,000 characters, or send it in parts.")
    assert server.posts == []
    page.press("Backspace")
    page.press("Enter")
    assert len(server.posted(1)[0]["text"]) == 10_000


def test_without_a_socket_the_page_polls(page: Chromium, server: FakeServer) -> None:
    """Without a socket the page gets answers within seconds, and a hidden page asks nothing."""
    server.sockets_open = False
    page.ask(QUESTION)
    page.said("bot", f"You said: {QUESTION}")
    page.evaluate(
        "Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    time.sleep(0.2)
    reads = [request for request in page.requests() if request.startswith("GET")]
    server.say("bot", "Still there?")
    time.sleep(1.6)
    assert [request for request in page.requests() if request.startswith("GET")] == reads
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    page.said("bot", "Still there?")


def test_a_lost_push_is_made_good(page: Chromium, server: FakeServer) -> None:
    """The page looks for lines by itself after a while when the socket is open but silent."""
    page.ask("before")
    page.said("bot", "You said: before")
    server.push_lines = False
    begun = time.monotonic()
    page.ask(QUESTION)
    page.said("bot", f"You said: {QUESTION}")
    assert time.monotonic() - begun > 2, "so soon, it was a push or hurried polling"


def test_a_dropped_socket_comes_back(page: Chromium, server: FakeServer) -> None:
    """The page reads the lines it missed after a reconnect, and pushes arrive again."""
    page.ask(QUESTION)
    page.said("bot", f"You said: {QUESTION}")
    server.drop_sockets()
    page.until("true")
    server.say("person", "Hello", agent="Mina")
    page.said("person", "Hello")


def test_a_refused_token_starts_a_new_chat(page: Chromium, server: FakeServer) -> None:
    """The old history goes, the customer is told, and the new message is not lost."""
    page.ask("before")
    page.said("bot", "You said: before")
    server.token = "visitor-2"
    server.lines.clear()
    page.ask("after")
    page.said("bot", "You said: after")
    assert page.texts("customer") == ["after"]
    page.said("system", "Your earlier chat has expired. Write to start a new one.")
    page.reload()
    page.said("bot", "You said: after")
    assert page.texts() == ["after", "You said: after"]


def test_ending_a_chat_that_cannot_be_reached_says_so(page: Chromium, server: FakeServer) -> None:
    """A click that did not work is never silent."""
    page.ask(QUESTION)
    page.said("bot", f"You said: {QUESTION}")
    server.refuse["POST leave"] = [(503, {})]
    page.click("button", "End chat")
    page.press("Tab")
    page.press("Enter")
    page.sees("The chat could not be ended just now. Please try again.")


def test_words_may_be_dropped_where_one_writes(page: Chromium, server: FakeServer) -> None:
    """A dragged word is the browser's to put into the composer, and nowhere else."""
    dragged = (
        "((id) => document.getElementById(id).dispatchEvent(new DragEvent('dragover', "
        "{ dataTransfer: new DataTransfer(), bubbles: true, cancelable: true })))"
    )
    assert page.evaluate(f"{dragged}('draft')") is True
    assert page.evaluate(f"{dragged}('log')") is False


def test_a_double_click_says_it_once(page: Chromium, server: FakeServer) -> None:
    """A button's words go out once, however slow the line is; typed words go out as typed."""
    server.reply = quiet
    server.push_lines = False
    server.refuse["POST messages"] = [(503, {})]
    twice = "for (const one of [1, 2]) document.getElementById('person').click()"
    page.evaluate(twice)
    page.said("customer", "I want to talk to a person", "sent")
    page.evaluate(twice)
    page.ask("Hello")
    page.ask("Hello")
    page.until("document.querySelectorAll('[data-state=sent]').length === 3")
    assert [post["text"] for post in server.posted(3)] == [
        "I want to talk to a person",
        "Hello",
        "Hello",
    ]


HOLD = """const real = window.fetch;
window.fetch = async (...asked) => {
  const answer = await real(...asked);
  if ((await answer.clone().text()).includes("first visitor")) {
    await new Promise((resolve) => (window.held = resolve));
  }
  return answer;
};"""


def test_lines_of_the_visitor_before_are_not_taken(page: Chromium, server: FakeServer) -> None:
    """A read that is under way when the visitor changes puts nothing into the next one's chat."""
    page.ask("before")
    page.said("bot", "You said: before")
    page.until("document.querySelector('[data-state=sent]')")
    page.evaluate(f"(() => {{ {HOLD} }})()")
    server.say("person", "for the first visitor alone", agent="Mina")
    page.until("window.held !== undefined")
    server.token, server.lines = "visitor-2", []
    server.push_lines = False
    for number in range(1, 6):
        server.say("bot", f"line {number}")
    page.evaluate(
        "(() => { const key = 'surgeline.web.visitor', known = JSON.parse(localStorage[key]);"
        " localStorage[key] = JSON.stringify({ ...known, token: 'visitor-2', thread_id: 't2' });"
        " dispatchEvent(new StorageEvent('storage', { key })); window.held(); })()"
    )
    page.said("bot", "line 5")
    assert page.texts() == [f"line {number}" for number in range(1, 6)]
