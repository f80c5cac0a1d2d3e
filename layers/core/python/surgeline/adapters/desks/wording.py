"""The words that people read in their own tools are written here, in plain text.

They are the same in every tool. The customer's words in them are redacted to the pool's level.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from surgeline.adapters.desks.file_words import elsewhere_lines, file_lines
from surgeline.application.ports.deliveries import Delivery
from surgeline.domain.sent_files.attached import MOST_ATTACHED
from surgeline.domain.times import rfc3339

COMMANDS = (
    "#accept",
    "#decline reason",
    "#note words that the customer never sees",
    "#resolve (or: #resolve unsolved, spam, duplicate)",
    "#pending 2h words (or 30m, 1d: the customer is promised word by then)",
    "#transfer pool reason",
    "#return reason",
)
MOST_SHOWN = 30
"""The newest lines of a transcript that are shown."""
MOST_CODE = 6
_REASONS: Mapping[str, str] = {
    "customer_asked": "the customer asked for a person",
    "no_answer": "the assistant has no answer",
    "rejected": "the assistant's answer was not it",
    "customer_returned": "the customer came back",
    "let_down": "the last conversation did not help the customer",
    "emergency": "it is an emergency, and people on call are called",
    "unsupported_language": "the assistant does not speak the language",
    "attachment": "the customer sent a file",
    "lead_asked": "a lead passed it on",
    "escalation": "another pool asks for a supervisor",
}
_WITHDRAWN: Mapping[str, str] = {
    "timed_out": "Nobody took it in time, so it goes to the next pool.",
    "taken": "Another pool has taken it.",
    "customer_left": "The customer left.",
    "reassigned": "It goes to another pool.",
}
_TAKEN_BACK: Mapping[str, str] = {
    "silent": "the customer waited too long for an answer",
    "unreachable": "messages could not be delivered here",
    "offer_over": "the offer was over when it was accepted",
    "reassigned": "a lead gave it to another pool",
}
_TOLD: Mapping[str, str] = {
    "taken": "{agent} has taken this conversation.",
    "colleague": "{agent} was quicker and has this conversation. Nothing of yours was sent.",
    "declined": "{agent} declined. The next pool is asked.",
    "late": "Nothing was sent: this conversation has moved on{about}.",
    "closed": "{agent} closed this conversation as {about}.",
    "returned": "{agent} gave this conversation back to the assistant.",
    "passed_on": "{agent} passed this conversation on{about}.",
    "pending": "{agent} promised the customer word by {about}.",
    "too_far": "Nothing was sent: a promise is for at most 30 days.",
    "no_pool": "Nothing was sent: there is no pool {about}.",
    "word": "Nothing was sent: there is no command {about}. Use one of these: {commands}",
    "edit": "The change was not sent, because only words of a reply can be corrected.",
    "unsaid": "The change was not sent, because the customer does not have the words before it.",
    "corrected": "The customer is told the change as a correction.",
    "taken_back": "The change was not sent: the customer has what was written before.",
    "long": "Nothing was sent: the message has {about} characters, and at most 10,000 are sent.",
    "file": "The file{about} was not sent, because {reason}.",
    "empty": "Nothing was sent: no words were found in it.",
}
_ABOUT = {"late": " ({about})", "passed_on": " to {about}", "file": " {about}"}
_NOT_SENT: Mapping[str, str] = {
    "desk": "files do not go to the customer from here",
    "elsewhere": "it is not in this tool but a link to another one",
    "gone": "it is not there any more",
    "empty": "it is empty",
    "too large": "it is larger than 20 MB",
    "too many": f"one text has at most {MOST_ATTACHED} files",
    "type": "it is none of the kinds that are sent, or the app may not read it",
    "not the owner": "this conversation has moved on",
    "erased": "the customer's conversation was erased",
    "status 401": "the app may not read it",
    "status 403": "the app may not read it",
    "status 404": "it is not there any more",
    "account: files": "the app lacks the scope files:read",
}
"""Why a file does not go, in words."""
_FACTS: Mapping[str, str] = {
    "page": "writes from the page",
    "referrer": "came there from",
    "searched": "searched in the help centre",
    "time_zone": "time zone",
    "user_id": "customer number",
    "user_verified": "proven by your site",
    "first_name": "first name",
    "email_verified": "proven by the mail",
    "attached": "files",
}
"""The facts of this system in words. A company's own facts have the names that it gave them."""
SILENT = frozenset({"closed", "returned", "passed_on", "declined"})
"""The tellings that only confirm what the person just did."""


def code_of(conversation_id: str) -> str:
    """Return a short name of a conversation, which people can say to each other."""
    thread, _, number = conversation_id.rpartition("-")
    return f"{thread[1 : 1 + MOST_CODE]}-{number}"


def offer_lines(delivery: Delivery, base: str = "") -> Iterator[str]:
    """Yield the lines of an offer: why, what was said, and what may be the answer.

    `base` is the address of this system, with which files can be opened.
    """
    payload: Mapping[str, Any] = delivery.payload
    context = payload["context"]
    reason = str(payload["reason"])
    language = f", language {payload['language']}" if payload.get("language") else ""
    channel = context["customer"]["channel_id"]
    yield f"A customer waits for a person: {_REASONS.get(reason, reason.replace('_', ' '))}."
    yield f"Channel {channel}{language}."
    if delivery.expires_at:
        yield f"The offer stands until {rfc3339(delivery.expires_at)}."
    if payload.get("callback"):
        yield _callback(payload["callback"])
    yield ""
    yield from transcript_lines(context, base)
    yield from _known(context)


def _callback(chosen: Mapping[str, Any]) -> str:
    """Return how and when the customer wants to be reached."""
    where = f"at {chosen['address']}" if chosen["address"] else "here"
    when = f" from {chosen['from']} until {chosen['until']}" if chosen["until"] else ""
    return f"The customer wants to be reached {where}{when}."


def transcript_lines(context: Mapping[str, Any], base: str = "") -> Iterator[str]:
    """Yield what was said so far, the newest lines, each with who said it."""
    lines = context["transcript"]
    if len(lines) > MOST_SHOWN or not context["transcript_is_complete"]:
        yield "(earlier words are left out)"
    for each in lines[-MOST_SHOWN:]:
        yield f"{each['speaker']}: {words_of(each, base)}"


def words_of(message: Mapping[str, Any], base: str = "") -> str:
    """Return the words of a message, and below them each of its files with its link."""
    files = (_file_line(each, base) for each in message.get("media", ()))
    return "\n".join(filter(None, (str(message["text"]), *files)))


def _file_line(file: Mapping[str, Any], base: str) -> str:
    """Return what a file is. Its link is left out where nobody can open it."""
    size = f", {max(1, file['bytes'] // 1000)} kB" if file.get("bytes") else ""
    named = file["kind"] if file["alt"] == file["kind"] else f"{file['kind']}: {file['alt']}"
    if file["state"] == "failed":
        return f"[{named}, could not be fetched: {file['reason']}]"
    link = f" {base}{file['path']}" if base and file.get("path") else ""
    return f"[{named}{size}]{link}"


def _known(context: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the context has beside the transcript, each under a heading."""
    attributes = context["customer"]["attributes"]
    if attributes:
        yield ""
        yield "About the customer"
        for name, value in attributes.items():
            yield f"- {_FACTS.get(name, name)}: {_said(value)}"
    yield from file_lines(context.get("customer_data"))
    found = [each for each in context["candidates"] if each.get("answer")]
    if found:
        yield ""
        yield "May be the answer"
        for each in found:
            yield f"- {each['title']}: {each['answer']}"
            if each.get("note"):
                yield f"  For you alone: {each['note']}"
    for heading, name, key in (
        ("Notes", "notes", "text"),
        ("Had by other pools before", "handovers", "reason"),
        ("Earlier conversations", "past_conversations", "summary"),
    ):
        if listed := [str(each.get(key)) for each in context.get(name, ()) if each.get(key)]:
            yield ""
            yield heading
            yield from (f"- {each}" for each in listed)


def _said(value: object) -> str:
    """Return a fact's value in words."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _withdrawn(delivery: Delivery) -> str:
    """Return that an offer is over."""
    reason = str(delivery.payload.get("reason", ""))
    why = _WITHDRAWN.get(reason, "")
    return f"This offer is over. {why}".strip()


def _taken_back(delivery: Delivery) -> str:
    """Return that the pool lost a conversation."""
    reason = str(delivery.payload.get("reason", ""))
    why = _TAKEN_BACK.get(reason, reason.replace("_", " "))
    said = f" because {why}" if why else ""
    return f"This conversation was taken back{said}. What is written here is not sent any more."


def _abandoned(delivery: Delivery) -> str:
    """Return that the customer left the conversation."""
    del delivery
    return "The customer left this conversation. What is written here is not sent any more."


ENDS: Final[Mapping[str, Callable[[Delivery], str]]] = {
    "handoff.withdrawn": _withdrawn,
    "conversation.taken_back": _taken_back,
    "conversation.abandoned": _abandoned,
}
"""The texts of the events that end a place in a tool."""


def told_text(delivery: Delivery) -> str:
    """Return what became of a person's act, or an empty text for a telling of a newer release."""
    payload: Mapping[str, Any] = delivery.payload
    what, about = str(payload["what"]), str(payload.get("about") or "")
    known = payload.get("context")
    if isinstance(known, Mapping):  # of a customer's file; one by a person has none
        lines = (*file_lines(known["customer_data"]), *elsewhere_lines(known["elsewhere"]))
        return "\n".join(lines).strip()
    form = _TOLD.get(what, "")
    if what in _ABOUT:
        about = _ABOUT[what].format(about=about) if about else ""
    agent, why = str(payload.get("agent") or "A colleague"), str(payload.get("reason") or "desk")
    reason = _NOT_SENT.get(why, "it could not be fetched")
    return form.format(agent=agent, about=about, commands=", ".join(COMMANDS), reason=reason)
