"""`surgeline send` holds a conversation in the terminal, as a customer of the chat page has it."""

import queue
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import click

from cli.api import Api, Refused, path
from cli.console import (
    Failed,
    NotReachable,
    example,
    json_option,
    plain,
    print_json_line,
    url_option,
)

Outcome = Literal["answered", "person", "resolved", "returned", "kept", "nobody_free"]
Line = Mapping[str, Any]
Answer = TypeVar("Answer")

FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 1.0
FAREWELL_SECONDS = 5.0
"""How long a closing is waited for after a person has answered the last text of `--then`."""
_TRY_AGAIN = (429, 503)

_ENDINGS: dict[Outcome, str] = {
    "answered": "answered by the bot",
    "person": "a person is answering; write on the chat page to go on",
    "resolved": "closed by the pool",
    "returned": "given back to the bot without an answer",
    "kept": "nobody was free to take it; the request for a person is kept",
    "nobody_free": "nobody was free to take it",
}


@dataclass(slots=True)
class Exchange:
    """The texts left to say, and the judgement of how the conversation ends.

    The class is pure, so that tests need no waiting. `stays` says that the customer may still
    write, so that a person's first word does not end the conversation.
    """

    left: list[str] = field(default_factory=list)
    stays: bool = True
    waiting_for: str = ""
    handed_over: bool = False
    turn: bool = False

    def sent(self, message_id: str) -> None:
        """Note that a message is on its way, so that the next word is the other side's."""
        self.waiting_for = message_id
        self.turn = False

    def heard(self, lines: Sequence[Line], conversation: Line | None) -> Outcome | None:
        """Take in the lines since the last look; return the outcome, once there is one."""
        replies = {ln["speaker"] for ln in lines if ln["in_reply_to"] == self.waiting_for}
        person_spoke = any(line["speaker"] == "person" for line in lines)
        owner = conversation["owner"] if conversation else "bot"
        self.handed_over = self.handed_over or owner != "bot" or person_spoke
        self.turn = self.turn or person_spoke or "bot" in replies
        if conversation is None:
            return None
        if self.handed_over:
            return self._after_handoff(owner, conversation, lines)
        if "bot" in replies:
            return None if self.left else "answered"
        return _vain(conversation) if "system" in replies else None

    def _after_handoff(
        self, owner: str, conversation: Line, lines: Sequence[Line]
    ) -> Outcome | None:
        if conversation["state"] == "closed":
            return "resolved"
        if owner != "bot":
            return "person" if self.turn and not self.stays and not self.left else None
        said = [line["speaker"] for line in lines]
        return "returned" if self.turn or "person" in said else _vain(conversation)

    def next_text(self) -> str | None:
        """Return the next text to send, if it is the customer's turn."""
        if not self.turn or not self.left:
            return None
        return self.left.pop(0)


def _vain(conversation: Line) -> Outcome:
    """Return how a request for a person stands that nobody took."""
    return "kept" if conversation.get("kept") else "nobody_free"


@click.command(
    epilog=example(
        'surgeline send "Where is my order?"',
        'surgeline send "I want to talk to a person" --then "It is about order 1042" --then thanks',
    )
)
@click.argument("words", metavar="TEXT", nargs=-1, required=True)
@click.option("--then", multiple=True, metavar="TEXT", help="Say this after the reply; repeatable.")
@click.option("--channel", default="web", show_default=True, help="The web channel's id.")
@click.option(
    "--language",
    metavar="CODE",
    help="The customer's language, such as en or de. The text itself counts more, and the bot "
    "answers only in the languages of its articles.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    metavar="SECONDS",
    default=120.0,
    show_default=True,
    help="The longest time to wait for the end.",
)
@url_option
@json_option
def send(
    *,
    words: tuple[str, ...],
    then: tuple[str, ...],
    channel: str,
    language: str | None,
    timeout: float,
    url: str,
    as_json: bool,
) -> None:
    """Write as a customer and print the replies as they come, each with its speaker.

    The command ends when the bot has answered. After a handoff you may write on at a terminal,
    until the pool closes the conversation. Without a terminal it ends when a person has answered
    the last text; with --then a closing that follows within seconds is shown too. Exits 1 if none
    of these happens in time.
    """
    said = [" ".join(words), *then]
    if not all(text.strip() for text in said):
        raise click.UsageError("there is nothing to send: TEXT and --then need words.")
    chat = Chat(Api(url), channel, language, deadline=time.monotonic() + timeout)
    show = print_json_line if as_json else show_line
    typed = typed_lines()
    exchange = Exchange(left=said, stays=typed is not None, turn=True)
    farewell_seconds = FAREWELL_SECONDS if then else 0
    outcome = converse(chat, exchange, show, typed, farewell_seconds=farewell_seconds)
    result = {"outcome": outcome, "conversation_id": chat.conversation_id, "thread_id": chat.thread}
    if as_json:
        print_json_line(result)
    if outcome is None:
        raise Failed(f"no end after {timeout:.0f} s (conversation {chat.conversation_id or '-'}).")
    if not as_json:
        click.secho(f"{chat.conversation_id}: {_ENDINGS[outcome]}", dim=True, err=True)
    if outcome in {"returned", "kept", "nobody_free"}:
        sys.exit(1)


class Chat:
    """A new visitor's thread over HTTP; a passing failure is tried again until the deadline."""

    def __init__(self, api: Api, channel: str, language: str | None, *, deadline: float) -> None:
        self.path = path("web", channel)
        self.language = language
        self.deadline = deadline
        self.after = 0
        self.conversation_id: str | None = None
        visitor = api.post(f"{self.path}/visitors", {})
        self.thread: str = visitor["thread_id"]
        self.api = Api(api.url, bearer=visitor["token"])

    @property
    def out_of_time(self) -> bool:
        """Return whether the deadline has passed."""
        return time.monotonic() >= self.deadline

    def say(self, text: str) -> str:
        """Send a text and return its message id; a repeat under the same id is harmless."""
        body = {"client_message_id": str(uuid.uuid4()), "text": text}
        if self.language:
            body["language"] = self.language
        message_id: str = self._patiently(lambda: self.api.post(f"{self.path}/messages", body))[
            "message_id"
        ]
        return message_id

    def listen(self) -> tuple[list[Line], Line | None]:
        """Return the lines since the last look, and the state of the conversation."""
        read = self._patiently(lambda: self.api.get(f"{self.path}/messages?after={self.after}"))
        self.after = max(self.after, read["last_seq"])
        conversation = read["conversation"]
        if conversation:
            self.conversation_id = conversation["id"]
        return read["lines"], conversation

    def _patiently(self, call: Callable[[], Answer]) -> Answer:
        while True:
            try:
                return call()
            except Refused as error:
                if error.status not in _TRY_AGAIN or self.out_of_time:
                    raise
            except NotReachable:
                if self.out_of_time:
                    raise
            time.sleep(LONGEST_PAUSE_SECONDS)


def converse(
    chat: Chat,
    exchange: Exchange,
    show: Callable[[Line], None],
    typed: "queue.SimpleQueue[str] | None" = None,
    *,
    farewell_seconds: float = 0,
) -> Outcome | None:
    """Speak and listen until there is an outcome; return None when the time is up.

    After a person's last word a closing is waited for, for `farewell_seconds` from that word on.
    """
    pause, invited = FIRST_PAUSE_SECONDS, typed is None
    last_word_at = time.monotonic()
    while not chat.out_of_time:
        text = exchange.next_text() or _typed(typed, exchange)
        if text is not None:
            exchange.sent(chat.say(text))
            pause = FIRST_PAUSE_SECONDS
        time.sleep(pause)
        lines, conversation = chat.listen()
        for line in lines:
            show(line)
        last_word_at = time.monotonic() if lines else last_word_at
        outcome = exchange.heard(lines, conversation)
        closing = outcome == "person" and time.monotonic() < last_word_at + farewell_seconds
        if outcome and not closing:
            return outcome
        if exchange.handed_over and not invited:
            click.secho("You may write here; Ctrl-C ends.", dim=True, err=True)
            invited = True
        pause = FIRST_PAUSE_SECONDS if lines else min(pause * 1.5, LONGEST_PAUSE_SECONDS)
    return None


def typed_lines() -> "queue.SimpleQueue[str] | None":
    """Return the queue of the lines that a person types meanwhile; None without a terminal."""
    if not sys.stdin.isatty():
        return None
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def read() -> None:
        for line in sys.stdin:
            lines.put(line.strip())

    threading.Thread(target=read, daemon=True).start()
    return lines


def _typed(typed: "queue.SimpleQueue[str] | None", exchange: Exchange) -> str | None:
    if typed is None or not exchange.handed_over or typed.empty():
        return None
    return typed.get() or None


_COLOURS = {"customer": "white", "bot": "green", "person": "cyan", "system": "yellow"}


def show_line(line: Line) -> None:
    """Print a line for people: the speaker, then the text, its later lines below the first."""
    speaker = line["speaker"]
    agent = line["agent"] if speaker == "person" else None
    name = "you" if speaker == "customer" else plain(agent or speaker)
    head = click.style(f"{name:>10}", fg=_COLOURS.get(speaker), bold=True)
    choices = [f"{number}. {each['label']}" for number, each in enumerate(line["choices"], 1)]
    first, *rest = plain("\n".join([line["text"], *choices])).split("\n")
    click.echo(f"{head}  {first}")
    for each in rest:
        click.echo(f"{'':>10}  {each}")
