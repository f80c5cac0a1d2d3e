"""`surgeline conversation` shows everything that happened in one conversation, and why."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import click

from cli.api import admin, conversation_of
from cli.console import admin_key_option, example, json_option, plain, print_json, url_option
from cli.conversation_list import list_conversations

Entry = Mapping[str, Any]

_EFFECTS: Final = {
    "send_text": "#{seq} {speaker} says",
    "offer_to_pool": "offer to pool {pool} until {expires_at} ({offer_id})",
    "notify_pool": "tell pool {pool}: {event} (seq {seq})",
    "start_timer": "wake at {due_at} for {kind}",
    "join_line": "wait for a seat of {pools}",
    "leave_line": "wait no more",
    "wake_line": "wake the waitlist of {pool}",
    "raise_alarm": "raise the alarm {what}",
}
"""The words for an effect by its stored name. An effect without an entry is told by its name."""


@click.group()
def conversation() -> None:
    """List conversations, and show what happened in one, and why."""


conversation.add_command(list_conversations)


@conversation.command(epilog=example("surgeline conversation show tnvfrlmz4aq7ohe5c3v2gwk6txy-1"))
@click.argument("conversation_id", metavar="ID")
@url_option
@admin_key_option
@json_option
def show(conversation_id: str, url: str, admin_key: str | None, *, as_json: bool) -> None:
    """Print every event, decision and delivery of the conversation ID, in order."""
    found = conversation_of(admin(url, admin_key), conversation_id)
    if as_json:
        print_json(found)
        return
    for line in story(found):
        click.echo(plain(line))


def story(found: Entry) -> Iterator[str]:
    """Return the conversation as lines for a person."""
    about = found["conversation"]
    yield f"Conversation {about['id']}"
    facts = [
        f"channel {about['channel_id']}",
        f"language {about['language'] or 'unknown'}",
        about["state"],
    ]
    if about["owner"]:
        facts += [f"owner {about['owner']}", f"epoch {about['epoch']}"]
    if about.get("ended_by"):
        facts.append(f"ended by {about['ended_by']}")
    yield "  " + ", ".join(facts)
    deliveries = {each["id"]: each for each in found["deliveries"]}
    for entry in found["entries"]:
        yield ""
        yield from _entry(entry, deliveries)


def _entry(entry: Entry, deliveries: Mapping[str, Entry]) -> Iterator[str]:
    yield f"{_time(entry['at'])}  #{entry['seq']} {entry['event'].replace('_', ' ')}"
    if entry["text"]:
        yield from _quoted(entry["text"])
    if entry.get("reason"):
        yield f"    reason: {entry['reason']}"
    if entry.get("outcome"):
        yield from _outcome(entry["outcome"])
    yield f"    decided: {entry['decision']}{_because(entry)}"
    if entry["candidates"]:
        yield f"    candidates: {', '.join(_candidates(entry))}"
    if basis := entry.get("basis"):
        yield f"    tier {basis['tier']}; an answer needed {basis['threshold']:.0%}"
    for effect in entry["effects"]:
        yield f"    -> {_effect(effect)}{_delivered(deliveries.get(effect['id']))}"
        if effect.get("text"):
            yield from _quoted(effect["text"])
        for number, choice in enumerate(effect.get("choices") or (), 1):
            yield f"      | {number}. {choice['label']}"


def _outcome(ended: Entry) -> Iterator[str]:
    yield f"    outcome: {ended['outcome']}"
    yield from _quoted(ended["summary"])
    article = ended["article"]
    if article:
        yield f"    suggests an article: {article['title'] or article['question']}"
        yield from _quoted(f"{article['question']}\n{article['answer']}")


def _candidates(entry: Entry) -> Iterator[str]:
    """Return the articles that were near, with the probability that each is right."""
    odds = (entry.get("basis") or {}).get("odds", [])
    for place, article in enumerate(entry["candidates"]):
        yield f"{article} {odds[place]:.0%}" if place < len(odds) else article


def _because(entry: Entry) -> str:
    sure = entry["confidence"]
    parts = [
        entry["why"],
        f"article {entry['article_id']}" if entry["article_id"] else "",
        f"{sure:.0%} sure" if sure is not None else "",
    ]
    said = "; ".join(part for part in parts if part)
    return f" ({said})" if said else ""


def _effect(effect: Entry) -> str:
    """Return one line about any effect. A field that it needs is put where the pattern names it."""
    pattern = _EFFECTS.get(effect["do"])
    if pattern is None:
        about = effect.get("status") or effect.get("pool")
        return str(effect["do"]).replace("_", " ") + (f": {about}" if about else "")
    return pattern.format_map({name: _shown(name, value) for name, value in effect.items()})


def _shown(name: str, value: object) -> str:
    """Return a field of an effect for a person, such as a time or the names of pools."""
    if name.endswith("_at"):
        return _time(str(value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value).replace("_", " ") if name == "kind" else str(value)


def _delivered(delivery: Entry | None) -> str:
    if delivery is None:
        return ""
    end = delivery["end"] or "not yet delivered"
    tries = f", {delivery['attempts']} tries" if delivery["attempts"] != 1 else ""
    how = "" if delivery["outcome"] == "ok" else f", {delivery['outcome']}"
    return f"  [{end}{how}{tries}, {delivery['milliseconds']} ms]"


def _quoted(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        yield f"      | {line}"


def _time(moment: str) -> str:
    """Return the time of the day, to the millisecond, as the API wrote it (UTC)."""
    return moment.partition("T")[2].rstrip("Z")
