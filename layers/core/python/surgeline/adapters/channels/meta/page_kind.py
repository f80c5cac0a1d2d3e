"""The kinds of Meta's pages are put together here: their settings, their check and their target."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from surgeline.adapters.channels.meta.graph import judge, try_token
from surgeline.adapters.channels.meta.look_up import asked_for, is_there
from surgeline.adapters.channels.meta.own_hook import try_signed
from surgeline.adapters.channels.meta.say import HUMAN_AGENT, PATH, Limits, PageSpeech, as_a_person
from surgeline.adapters.channels.posting import LookUp, PostedReplies, Speech
from surgeline.adapters.configuration.kinds import Kind, asking_problems
from surgeline.adapters.configuration.providers import Checked, Finding, Provider
from surgeline.adapters.media.fetching import plainly
from surgeline.adapters.profiles import Ask
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.targets import Target


def page_kind(name: str, settings: type[Any], provider: Provider, limits: Limits, ask: Ask) -> Kind:
    """Return the kind of that name."""
    speech = Speech(
        name,
        "access_token",
        PageSpeech(limits).calls,
        judge,
        as_a_person,
        LookUp(partial(asked_for, name), is_there),
    )
    return Kind(
        settings,
        _problems,
        secret=False,
        target=partial(_target, speech),
        provider=provider,
        fetch=plainly,
        profile=ask,
    )


def check(checked: Checked) -> list[Finding]:
    """Try the access token, and the hook by a request that Meta could have signed."""
    return [try_token(checked, PATH, {"messaging_type": "RESPONSE"}), try_signed(checked)]


def _target(speech: Speech, parts: TargetParts) -> Target:
    return PostedReplies(parts, speech)


def _problems(settings: Any, allow_loopback: bool) -> Iterable[str]:  # noqa: ANN401 # of two kinds
    yield from asking_problems(settings, allow_loopback)
    if settings.after_window not in ("", HUMAN_AGENT):
        yield f"after_window: give {HUMAN_AGENT}, or leave it out"
