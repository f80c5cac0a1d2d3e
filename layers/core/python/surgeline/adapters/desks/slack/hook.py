"""The acts of a pool's people in Slack are verified and read here (docs/desks/slack.md).

They answer in the conversation's thread, and press buttons below its first message.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from surgeline.adapters.channels.readings import Part, id_of, part, parts, text_of
from surgeline.adapters.channels.slack.hook import (
    WRITTEN,
    answer,
    parse,
    stranger_of,
    verify,
)
from surgeline.adapters.channels.slack.place import is_time
from surgeline.adapters.channels.slack.words import plain
from surgeline.adapters.desks.hooks import DeskHook
from surgeline.adapters.desks.slack.files import files_of
from surgeline.adapters.desks.slack.names import name_of
from surgeline.adapters.desks.slack.offers import offer_of
from surgeline.adapters.desks.slack.place import ref_of
from surgeline.adapters.desks.slack.render import offer_in
from surgeline.adapters.desks.slack.settings import SlackDesk
from surgeline.adapters.hooks import Ignored
from surgeline.adapters.hooks import Said as Body
from surgeline.application.configuration import PoolSettings
from surgeline.application.desks.acts import (
    Act,
    Closed,
    Corrected,
    DeskSaid,
    GaveBack,
    Left,
    Noted,
    Said,
    Took,
    Unsent,
)
from surgeline.application.desks.words import read_words, with_files

MOST_CHARACTERS: Final = 40_000
"""Slack allows no longer text."""
DONE: Final = ("white_check_mark", "heavy_check_mark", "ballot_box_with_check")
_MALFORMED = Ignored("malformed")
_OUTSIDE = Ignored("outside a thread")
_BUTTONS: Mapping[str, Act] = {
    "accept": Took(),
    "decline": Left(),
    "resolve": Closed(),
    "return": GaveBack(),
}
BUTTONS: Final = tuple(_BUTTONS)

_Heard = list[DeskSaid | Ignored]


def read(pool: PoolSettings, said: Body) -> _Heard:
    """Return what a person did in the one event of a request."""
    kind = said.get("type")
    if kind == "url_verification":
        return []
    channel = pool.own(SlackDesk).channel
    if kind == "block_actions":
        return [_pressed(channel, said)]
    if kind != "event_callback":
        return [Ignored("rate limited" if kind == "app_rate_limited" else "other request")]
    event = part(said, "event")
    name = event.get("type")
    reader = _READERS.get(name) if isinstance(name, str) else None
    return [reader(channel, said, event) if reader else Ignored("other event")]


def _message(channel: str, said: Body, event: Part) -> DeskSaid | Ignored:
    if event.get("channel") != channel:
        return Ignored("another channel")
    subtype = event.get("subtype")
    if subtype == "message_changed":
        return _changed(said, event, part(event, "message"))
    if subtype == "message_deleted":
        return _changed(said, event, {})
    if subtype not in WRITTEN and subtype != "bot_message":
        return Ignored("other event")
    if stranger := stranger_of(said, event):
        return Ignored(stranger)
    return _written(channel, event)


def _written(channel: str, event: Part) -> DeskSaid | Ignored:
    """Read a person's words in a thread."""
    time, thread = event.get("ts"), event.get("thread_ts")
    if thread is None or thread == time:
        return _OUTSIDE
    ref = ref_of(channel, thread)
    if not ref or not is_time(time):
        return _MALFORMED
    acts = read_words(_words_of(event))
    is_note = any(isinstance(each, Noted) for each in acts)
    if not is_note and not any(isinstance(each, Unsent) for each in acts):
        acts = with_files(acts, files_of(event))
    if not acts:
        return Ignored("without words")
    return DeskSaid(ref, f"message/{time}", acts, person=str(event.get("user")))


def _changed(said: Body, event: Part, message: Part) -> DeskSaid | Ignored:
    """Read a change of words that a person had written for the customer."""
    before = part(event, "previous_message")
    if stranger := stranger_of(said, before):
        return Ignored(stranger)
    text = _words_of(before)
    if text == _words_of(message):
        return Ignored("unchanged")
    time, thread = before.get("ts"), before.get("thread_ts")
    ref = ref_of(event.get("channel"), thread)
    if not ref or thread == time or not is_time(time):
        return _OUTSIDE
    if not message and any(isinstance(each, Noted) for each in read_words(text)):
        return Ignored("a note")
    edited = part(message, "edited").get("ts") or event.get("ts")
    act: Act = Unsent("taken_back")
    if message:
        were, now = read_words(text), read_words(_words_of(message))
        if were == now:
            return Ignored("unchanged")
        act = _change(str(time), edited, were, now)
    return DeskSaid(ref, f"edit/{time}/{edited}"[:200], (act,), person=str(before.get("user")))


def _change(time: str, edited: object, before: Sequence[Act], now: Sequence[Act]) -> Act:
    """Return a change of words as their correction. Changed commands take no effect any more."""
    unsent = next((each for each in now if isinstance(each, Unsent)), None)
    said = next((each for each in now if isinstance(each, Said)), None)
    number = next((n for n, each in enumerate(before) if isinstance(each, Said)), None)
    if unsent and number is not None:
        return unsent
    if said is None or number is None or _but_words(before) != _but_words(now):
        return Unsent("edit")
    changed_at = _milliseconds(str(edited)) if is_time(edited) else 0
    return Corrected(said.text, f"message/{time}/{number}", _milliseconds(time), changed_at)


def _milliseconds(time: str) -> int:
    return int(float(time) * 1000)


def _but_words(acts: Sequence[Act]) -> list[Act]:
    return [each for each in acts if not isinstance(each, Said)]


def _reacted(channel: str, said: Body, event: Part) -> DeskSaid | Ignored:
    """Read a check mark below the first message of a thread as its end."""
    del said
    item, person = part(event, "item"), id_of(event.get("user"))
    if event.get("reaction") not in DONE or item.get("channel") != channel or person is None:
        return Ignored("other reaction")
    ref = ref_of(channel, item.get("ts"))
    return DeskSaid(ref, f"done/{person}", (Closed(),), person=person) if ref else _MALFORMED


def _pressed(channel: str, said: Body) -> DeskSaid | Ignored:
    """Read a pressed button."""
    message, action = part(said, "message"), next(iter(parts(said, "actions")), {})
    person = id_of(part(said, "user").get("id"))
    name, pressed = action.get("action_id"), id_of(action.get("action_ts"))
    if part(said, "channel").get("id") != channel:
        return Ignored("another channel")
    act = _BUTTONS.get(name) if isinstance(name, str) else None
    ref = ref_of(channel, message.get("thread_ts") or message.get("ts"))
    if act is None or not ref or person is None or pressed is None:
        return _MALFORMED
    own_id = f"press/{person}/{pressed}"
    return DeskSaid(ref, own_id, (act,), person=person, offer_id=offer_in(action))


def _words_of(message: Part) -> str:
    return plain(text_of(message.get("text"), MOST_CHARACTERS))


_READERS: Mapping[str, Callable[[str, Body, Part], DeskSaid | Ignored]] = {
    "message": _message,
    "reaction_added": _reacted,
}
HOOK = DeskHook(verify, read, parse, answer, name_of, offer_of)
