"""The command `surgeline send` ends in time and shows the right lines."""

import json
import queue
import time
from typing import Any

import pytest
from fake_instance import FakeInstance, Run

from cli.api import Api
from cli.send import Chat, Exchange, converse

MINE = "m1"


def a_line(seq: int, speaker: str, text: str = "text", **fields: Any) -> dict[str, Any]:
    line = {"seq": seq, "id": f"l{seq}", "speaker": speaker, "text": text, "at": "", "agent": None}
    return line | {"in_reply_to": None, "choices": []} | fields


def reply(seq: int, speaker: str, text: str = "text") -> dict[str, Any]:
    return a_line(seq, speaker, text, in_reply_to=MINE)


def stands(owner: str = "bot", state: str = "open") -> dict[str, str]:
    return {"id": "tone-1", "state": state, "owner": owner}


def after(*looks: tuple[list[dict[str, Any]], dict[str, str] | None], left: int = 0) -> str | None:
    """Return the outcome after several looks at the thread."""
    exchange = Exchange(left=["more"] * left)
    exchange.sent(MINE)
    outcome = None
    for lines, conversation in looks:
        assert outcome is None, "it was over before"
        outcome = exchange.heard(lines, conversation)
    return outcome


@pytest.mark.parametrize(
    ("looks", "outcome"),
    [
        ([([], None)], None),
        ([([a_line(1, "customer")], stands())], None),
        ([([a_line(1, "customer"), reply(2, "bot")], stands())], "answered"),
        ([([], stands()), ([reply(2, "bot")], stands())], "answered"),
        ([([reply(2, "system"), reply(3, "bot")], stands())], "answered"),
        ([([a_line(2, "bot")], stands())], None),
        ([([reply(2, "system")], stands())], "nobody_free"),
        ([([reply(2, "system")], stands() | {"kept": True})], "kept"),
        (
            [
                ([reply(2, "system")], stands("waiting")),
                ([a_line(3, "system")], stands() | {"kept": True}),
            ],
            "kept",
        ),
        ([([reply(2, "system")], stands("waiting"))], None),
        (
            [([reply(2, "system")], stands("waiting")), ([a_line(3, "system")], stands())],
            "nobody_free",
        ),
        ([([], stands("waiting")), ([a_line(3, "person")], stands("pool"))], None),
        ([([], stands("pool")), ([a_line(4, "system")], stands("bot", "closed"))], "resolved"),
        ([([], stands("pool")), ([a_line(3, "person")], stands("bot", "closed"))], "resolved"),
        ([([a_line(3, "person")], stands("pool")), ([], stands("bot"))], "returned"),
        ([([a_line(3, "person"), a_line(4, "system")], stands("bot"))], "returned"),
        ([([reply(2, "system")], stands("waiting")), ([], stands("waiting"))], None),
    ],
)
def test_an_exchange_ends_when_it_should(looks: list[Any], outcome: str | None) -> None:
    """An exchange ends with the bot's answer, or after a handoff is closed, returned or not
    taken.
    """
    assert after(*looks) == outcome


def test_it_ends_with_a_persons_word_where_nobody_can_write_on() -> None:
    """The command ends with a person's word if neither a terminal nor --then can answer it."""
    exchange = Exchange(stays=False)
    exchange.sent(MINE)
    assert exchange.heard([reply(2, "system")], stands("waiting")) is None
    assert exchange.heard([a_line(3, "person")], stands("pool")) == "person"


def test_a_person_s_word_is_no_end_while_a_text_is_left_to_say() -> None:
    """A person's word ends the command only after the last text of `--then` was answered."""
    exchange = Exchange(left=["thanks"], stays=False)
    exchange.sent(MINE)
    assert exchange.heard([a_line(3, "person")], stands("pool")) is None
    assert exchange.next_text() == "thanks"
    exchange.sent("m2")
    assert exchange.heard([], stands("pool")) is None
    assert exchange.heard([a_line(5, "person")], stands("pool")) == "person"


def test_what_is_left_to_say_is_said_in_turn() -> None:
    """One text follows the bot's answer and one each word of a person, never two at once."""
    exchange = Exchange(left=["first", "second", "third"], turn=True)
    assert exchange.next_text() == "first"
    exchange.sent(MINE)
    assert exchange.next_text() is None
    assert exchange.heard([reply(2, "bot")], stands()) is None
    assert exchange.next_text() == "second"
    exchange.sent("m2")
    assert exchange.heard([a_line(4, "system", in_reply_to="m2")], stands("waiting")) is None
    assert exchange.next_text() is None
    assert exchange.heard([a_line(5, "person")], stands("pool")) is None
    assert exchange.next_text() == "third"


def a_page(*lines: dict[str, Any], conversation: dict[str, str] | None = None) -> dict[str, Any]:
    last = max((line["seq"] for line in lines), default=0)
    return {"lines": lines, "last_seq": last, "conversation": conversation}


@pytest.fixture
def chat(instance: FakeInstance) -> FakeInstance:
    instance.answer("POST /v1/web/web/visitors", (201, {"token": "tok", "thread_id": "tone"}))
    instance.answer("POST /v1/web/web/messages", (202, {"message_id": MINE}))
    return instance


ANSWERED = a_page(a_line(1, "customer", "Where?"), reply(2, "bot", "There."), conversation=stands())


@pytest.mark.enable_socket
def test_an_answer_is_printed_with_who_speaks(surgeline: Run, chat: FakeInstance) -> None:
    """An answer is printed with its speaker, and a text of several words needs no quotes."""
    chat.answer("GET /v1/web/web/messages", a_page(), ANSWERED)
    result = surgeline("send", "Where", "is it?", "--language", "en", "--url", chat.url)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == ["       you  Where?", "       bot  There."]
    assert "answered by the bot" in result.stderr
    sent = chat.requests("POST")[1]
    assert (sent.bearer, sent.json["text"], sent.json["language"]) == ("tok", "Where is it?", "en")


@pytest.mark.enable_socket
def test_json_is_one_object_a_line_and_the_outcome_last(surgeline: Run, chat: FakeInstance) -> None:
    """The --json option prints one object a line with texts as they came, and the outcome last."""
    chat.answer("GET /v1/web/web/messages", ANSWERED)
    result = surgeline("send", "Where?", "--json", "--url", chat.url)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line.get("speaker") for line in lines] == ["customer", "bot", None]
    told = {"outcome": "answered", "conversation_id": "tone-1", "thread_id": "tone"}
    assert lines[-1] == told


@pytest.mark.enable_socket
def test_no_end_in_time_is_exit_1(surgeline: Run, chat: FakeInstance) -> None:
    """A missing end in time exits with 1 and names the conversation's id."""
    chat.answer("GET /v1/web/web/messages", a_page(conversation=stands("waiting")))
    result = surgeline("send", "Where?", "--timeout", "1", "--url", chat.url)
    assert result.exit_code == 1
    assert "tone-1" in result.output


@pytest.mark.enable_socket
def test_a_handoff_is_followed_to_its_end(surgeline: Run, chat: FakeInstance) -> None:
    """A person's name is shown, the text of `--then` follows the person, and a closed chat
    exits with 0.
    """
    chat.answer(
        "GET /v1/web/web/messages",
        a_page(reply(2, "system"), conversation=stands("waiting")),
        a_page(a_line(5, "person", "Hello", agent="Agent 1"), conversation=stands("pool")),
        a_page(a_line(9, "system", "Closed"), conversation=stands("bot", "closed")),
    )
    result = surgeline("send", "a person", "--then", "thanks", "--url", chat.url)
    assert result.exit_code == 0
    assert "   Agent 1  Hello" in result.stdout
    assert [each.json["text"] for each in chat.requests("POST")[1:]] == ["a person", "thanks"]
    assert [each.query for each in chat.requests("GET")] == ["after=0", "after=2", "after=5"]


@pytest.mark.enable_socket
def test_a_pool_that_does_not_close_is_not_waited_for(chat: FakeInstance) -> None:
    """A person's answer to the last text ends the command, where no closing follows at once."""
    spoken = a_page(a_line(5, "person", "Noted"), conversation=stands("pool"))
    silent = a_page(conversation=stands("pool"))
    chat.answer("GET /v1/web/web/messages", spoken, silent)
    deadline = time.monotonic() + 60
    visitor = Chat(Api(chat.url), "web", None, deadline=deadline)
    exchange = Exchange(left=["It is about order 1042"], stays=False, turn=True)
    assert converse(visitor, exchange, lambda _: None, farewell_seconds=0.3) == "person"
    assert len(chat.requests("GET")) > 2
    assert time.monotonic() < deadline


@pytest.mark.enable_socket
def test_what_is_typed_during_a_handoff_is_sent(
    surgeline: Run, chat: FakeInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A customer at a terminal may write at any time, and an empty line sends nothing."""
    typed: queue.SimpleQueue[str] = queue.SimpleQueue()
    for line in ("", "and one more thing"):
        typed.put(line)
    monkeypatch.setattr("cli.send.typed_lines", lambda: typed)
    waiting = a_page(conversation=stands("waiting"))
    closed = a_page(a_line(9, "system"), conversation=stands("bot", "closed"))
    chat.answer("GET /v1/web/web/messages", waiting, waiting, waiting, closed)
    assert surgeline("send", "a person", "--url", chat.url).exit_code == 0
    said = [each.json["text"] for each in chat.requests("POST")[1:]]
    assert said == ["a person", "and one more thing"]


@pytest.mark.enable_socket
def test_a_terminal_is_told_once_that_one_may_write(
    surgeline: Run, chat: FakeInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line comes with the handoff, so that a silent wait is no riddle."""
    monkeypatch.setattr("cli.send.typed_lines", queue.SimpleQueue)
    waiting = a_page(conversation=stands("waiting"))
    closed = a_page(a_line(9, "system"), conversation=stands("bot", "closed"))
    chat.answer("GET /v1/web/web/messages", waiting, waiting, closed)
    result = surgeline("send", "a person", "--url", chat.url)
    assert result.stderr.count("You may write here; Ctrl-C ends.") == 1


@pytest.mark.enable_socket
def test_nobody_free_is_exit_1(surgeline: Run, chat: FakeInstance) -> None:
    """The thing asked for failed, and the last line says how."""
    chat.answer("GET /v1/web/web/messages", a_page(reply(2, "system"), conversation=stands()))
    result = surgeline("send", "a person", "--url", chat.url)
    assert result.exit_code == 1
    assert "nobody was free" in result.output


@pytest.mark.enable_socket
@pytest.mark.parametrize("status", [429, 503])
def test_a_message_not_taken_is_sent_again_under_the_same_id(
    surgeline: Run, chat: FakeInstance, status: int
) -> None:
    """The instance may be restarting, or ask for less."""
    refused = (status, {"error": {"code": "x", "message": "later"}})
    chat.answer("POST /v1/web/web/messages", refused, (202, {"message_id": MINE}))
    chat.answer("GET /v1/web/web/messages", ANSWERED)
    assert surgeline("send", "Where?", "--url", chat.url).exit_code == 0
    first, second = chat.requests("POST")[1:]
    assert first.json == second.json


@pytest.mark.enable_socket
def test_choices_are_numbered_and_hostile_text_is_harmless(
    surgeline: Run, chat: FakeInstance
) -> None:
    """Escape sequences never reach the terminal; lines of a text stay aligned."""
    choices = [{"label": "Returns", "article_id": "a"}, {"label": "\x1b[2JNo", "article_id": None}]
    line = reply(2, "bot", "Did you\nmean:") | {"choices": choices}
    chat.answer("GET /v1/web/web/messages", a_page(line, conversation=stands()))
    shown = surgeline("send", "Where?", "--url", chat.url).stdout
    head, *rest = shown.splitlines()
    assert head == "       bot  Did you"
    assert rest == [
        "            mean:",
        "            1. Returns",
        "            2. \\x1b[2JNo",
    ]


@pytest.mark.enable_socket
def test_an_unknown_channel_is_told(surgeline: Run, instance: FakeInstance) -> None:
    """An unknown channel is told with the hint to look at its id."""
    refused = (401, {"error": {"code": "unauthorized", "message": "not authorized"}})
    instance.answer("POST /v1/web/nope/visitors", refused)
    result = surgeline("send", "hi", "--channel", "nope", "--url", instance.url)
    assert result.exit_code == 1
    assert "web channel" in result.output


@pytest.mark.enable_socket
@pytest.mark.parametrize("words", [[""], [" ", "\n"], ["Hello", "--then", " "]])
def test_nothing_is_not_sent(surgeline: Run, chat: FakeInstance, words: list[str]) -> None:
    """An empty text is refused at once, before anybody is asked."""
    result = surgeline("send", *words, "--url", chat.url)
    assert result.exit_code == 2
    assert "there is nothing to send" in result.output
    assert chat.requests("POST") == []


@pytest.mark.enable_socket
@pytest.mark.parametrize("as_json", [True, False])
def test_an_address_is_shown_as_it_is_written(
    surgeline: Run, chat: FakeInstance, *, as_json: bool
) -> None:
    """No direction mark of a text turns the words around it in the terminal."""
    line = reply(2, "bot", "Go to \u202ehttps://evil.example/moc.knab\u2066\u009b2J")
    chat.answer("GET /v1/web/web/messages", a_page(line, conversation=stands()))
    shown = surgeline("send", "Where?", "--url", chat.url, *["--json"][: int(as_json)]).stdout
    assert "https://evil.example/moc.knab" in shown
    assert not set(shown) & {"\u202e", "\u2066", "\u009b"}
    if as_json:
        assert json.loads(shown.splitlines()[0])["text"] == line["text"]
