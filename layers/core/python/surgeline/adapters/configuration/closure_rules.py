"""The rules for closed channels live here: their words, and the page they send customers to."""

import re
from collections.abc import Iterator
from typing import Final

from surgeline.adapters.configuration.rules import knowledge_base_problems
from surgeline.application.configuration import ChannelSettings, Configuration
from surgeline.domain.company.closure import LINK
from surgeline.domain.company.wording import mark_problems, placeholders
from surgeline.domain.ids import NAME_FORM, is_name
from surgeline.knowledge.text.languages import LANGUAGES
from surgeline.knowledge.text.promises import tone_problems

MOST_CHARS: Final = 500
_PAGE: Final = re.compile(r"https://[^\s?#]{3,300}|http://(?:127\.0\.0\.1|localhost)[^\s?#]{0,200}")
_PAGE_OF: Final = re.compile(r"/c/([a-z0-9_-]+)/?$")
"""The end of a chat page's address, which names the web channel that the page is of."""


def channel_problems(place: str, channel: ChannelSettings) -> Iterator[str]:
    """Yield the problems of what channels of every kind have, their ids apart."""
    yield from knowledge_base_problems(place, channel)
    yield from closure_problems(place, channel)


def closure_problems(place: str, channel: ChannelSettings) -> Iterator[str]:
    """Yield the problems of a channel that is closed."""
    if (closure := channel.closure) is None:
        return
    place = f"{place}.closure"
    if not closure.texts:
        yield f"{place}.texts: give the words in one language at least ({', '.join(LANGUAGES)})"
    for language, text in closure.texts.items():
        if language not in LANGUAGES:
            yield f"{place}.texts.{language[:16]}: use one of {', '.join(LANGUAGES)}"
        yield from (f"{place}.texts.{language[:16]}: {each}" for each in _text_problems(text))
    if not _PAGE.fullmatch(closure.page):
        yield f"{place}.page: give the chat page's address, such as https://help.example/c/web"
    elif (page_of := _PAGE_OF.search(closure.page)) and page_of[1] != closure.channel:
        yield f"{place}.page: this is the page of {page_of[1][:64]!r}; give that channel too"
    if not is_name(closure.channel):
        yield f"{place}.channel: use {NAME_FORM}"
    elif closure.channel == channel.id:
        yield f"{place}.channel: a closed channel can't send its customers to itself"


def mixing_problems(configuration: Configuration) -> Iterator[str]:
    """Yield the problems of closed channels that lead real customers into a drill, or back."""
    drills = {each.id: each.drill for each in configuration.channels}
    for number, channel in enumerate(configuration.channels):
        if channel.closure is None:
            continue
        to = channel.closure.channel
        if drills.get(to, channel.drill) != channel.drill:
            kind = "a drill" if drills[to] else "real customers"
            yield f"channels[{number}].closure.channel: {to!r} is for {kind}; name another channel"


def _text_problems(text: str) -> Iterator[str]:
    if not text.strip():
        yield "the text says nothing"
    if len(text) > MOST_CHARS:
        yield f"{len(text)} characters; at most {MOST_CHARS} are shown well"
    for name in placeholders(text):
        if name != LINK:
            yield f"there is no {{{name}}} here; use {{{LINK}}}"
    yield from mark_problems(text)
    yield from tone_problems(text)
