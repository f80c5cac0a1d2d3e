"""The acts of a pool's people in Zendesk's messaging are verified and read here.

Zendesk sends a shared secret with each request, and signs no body. A request may have several
events.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from surgeline.adapters.channels.readings import Part, id_of, part, parts, text_of
from surgeline.adapters.desks.hooks import DeskHook
from surgeline.adapters.desks.linked_files import linked_file
from surgeline.adapters.desks.own_notes import is_ours
from surgeline.adapters.hooks import Call, Ignored, Said
from surgeline.adapters.signing.field_proof import require_proof
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.configuration import PoolSettings
from surgeline.application.desks.acts import Act, Closed, DeskSaid, Typed, Unsent
from surgeline.application.desks.words import read_words, with_files

MOST_EVENTS: Final = 100
MOST_CHARACTERS: Final = 65_536
MOST_NAME: Final = 100
MOST_ID: Final = 64
AGENTS: Final = "zd:agentWorkspace"
"""The source of what people write in their workspace. Ours is the API."""
AUTOMATIC: Final = ("automated responses", "answer bot")
"""The names under which Zendesk's own robots write from that source."""
NOBODY: Final = "nobody"
_MALFORMED = Ignored("malformed")


def verify(keys: Sequence[Fields], call: Call) -> None:
    """Accept a request with the integration's shared secret. Raises Unauthorized."""
    require_proof(keys, "webhook_secret", call.headers.get("x-api-key"), _itself)


def _itself(secret: bytes) -> bytes:
    return secret


def read(pool: PoolSettings, said: Said) -> list[DeskSaid | Ignored]:
    """Return what people did in the events of a request, in their order."""
    del pool
    return [_one(each) for each in parts(said, "events")[:MOST_EVENTS]] or [Ignored("no event")]


def _one(event: Part) -> DeskSaid | Ignored:
    name = event.get("type")
    reader = _READERS.get(name) if isinstance(name, str) else None
    if reader is None:
        return Ignored("other event")
    payload = part(event, "payload")
    ref = id_of(part(payload, "conversation").get("id"), MOST_ID)
    return reader(payload, ref) if ref else _MALFORMED


def _wrote(payload: Part, ref: str) -> DeskSaid | Ignored:
    """Read an agent's message. Ours and the robots' come from elsewhere or under their names."""
    message = part(payload, "message")
    if (name := _agent(message)) is None:
        return Ignored("no agent's message")
    content = part(message, "content")
    text = text_of(content.get("text"), MOST_CHARACTERS)
    if is_ours(text):
        return Ignored("echo")
    number = id_of(message.get("id"), MOST_ID)
    if number is None:
        return _MALFORMED
    acts = _acts(content, text)
    if not acts:
        return Ignored("without words")
    return DeskSaid(ref, f"message/{number}", acts, name or NOBODY, name or None)


def _acts(content: Part, text: str) -> tuple[Act, ...]:
    acts = read_words(text)
    is_file = content.get("type") in ("file", "image")
    if not is_file or any(isinstance(each, Unsent) for each in acts):
        return acts
    return with_files(acts, (linked_file(content.get("mediaUrl"), content.get("mediaSize")),))


def _typing(payload: Part, ref: str) -> DeskSaid | Ignored:
    activity = part(payload, "activity")
    name = _agent(activity)
    if name is None or activity.get("type") != "typing:start":
        return Ignored("no agent's typing")
    return DeskSaid(ref, "typing", (Typed(),), name or NOBODY, name or None, quiet=True)


def _passed(payload: Part, ref: str) -> DeskSaid | Ignored:
    """Read that control left the agents with their ticket. Our own passing gives no reason."""
    if payload.get("reason") != "ticketClosed":
        return Ignored("other control")
    return _closed(payload, ref)


def _closed(payload: Part, ref: str) -> DeskSaid:
    del payload
    return DeskSaid(ref, "released", (Closed(),), NOBODY, quiet=True)


def _agent(of: Part) -> str | None:
    """Return the name of the agent who acted, which may be empty, or None for anybody else."""
    author = part(of, "author")
    name = text_of(author.get("displayName"), MOST_NAME).strip()
    subtypes = author.get("subtypes")
    is_robot = name.lower() in AUTOMATIC or (isinstance(subtypes, list) and "AI" in subtypes)
    is_there = author.get("type") == "business" and part(of, "source").get("type") == AGENTS
    return name if is_there and not is_robot else None


_READERS: Mapping[str, Callable[[Part, str], DeskSaid | Ignored]] = {
    "conversation:message": _wrote,
    "conversation:typing": _typing,
    "switchboard:passControl": _passed,
    "switchboard:releaseControl": _closed,
}
HOOK = DeskHook(verify, read)
