"""The look and the words of the company are checked here when they are saved."""

from collections.abc import Collection, Iterator, Mapping
from urllib.parse import urlsplit

from surgeline.adapters.configuration.logo import logo_problems
from surgeline.adapters.system_texts import system_texts
from surgeline.application.configuration import Configuration
from surgeline.domain.company.colours import COLOUR, is_seen, nearest_seen
from surgeline.domain.company.look import PAGE_WORDS, Look
from surgeline.domain.company.wording import mark_problems, text_problems
from surgeline.knowledge.text.promises import tone_problems

MOST_NAME = 60
MOST_STARTERS = 6
MOST_STARTER = 100
_PLAIN = "a text without placeholders"


def all_look_problems(configuration: Configuration, channels: Collection[str]) -> Iterator[str]:
    """Yield every problem of the company's look and of its brands', with its place."""
    timed = {each.id for each in configuration.pools if each.hours}
    yield from _look_problems("company", configuration.company, timed)
    for channel_id, look in configuration.brands.items():
        place = f"brands.{channel_id[:64]}"
        if channel_id not in channels:
            yield f"{place}: there is no channel of that id"
        yield from _look_problems(place, look, timed)


def _look_problems(place: str, look: Look, timed: Collection[str]) -> Iterator[str]:
    if look.name:
        yield from _line_problems(f"{place}.name", look.name, MOST_NAME)
    if look.accent:
        yield from _accent_problems(f"{place}.accent", look.accent)
    if look.logo:
        yield from (f"{place}.logo: {each}" for each in logo_problems(look.logo))
    if look.privacy_url and not _is_address(look.privacy_url):
        yield f"{place}.privacy_url: give an address such as https://example.com/privacy"
    if look.hours_of and look.hours_of not in timed:
        known = ", ".join(sorted(timed)) or "none yet"
        yield f"{place}.hours_of: name a pool that has hours; those are: {known}"
    for language, texts in look.texts.items():
        yield from _text_problems(f"{place}.texts.{language}", language, texts)
    for language, starters in look.starters.items():
        yield from _starter_problems(f"{place}.starters.{language}", language, starters)


def _accent_problems(place: str, accent: str) -> Iterator[str]:
    if not COLOUR.fullmatch(accent):
        yield f"{place}: {accent[:32]!r} is no colour such as #0d6159"
    elif not is_seen(accent):
        yield (
            f"{place}: {accent} is too light to stand out from the page; "
            f"{nearest_seen(accent)} is the nearest shade that does"
        )


def _text_problems(place: str, language: str, texts: Mapping[str, str]) -> Iterator[str]:
    shipped = system_texts().get(language)
    if shipped is None:
        yield f"{place}: use {', '.join(system_texts())}"
        return
    for key, text in texts.items():
        if key not in shipped and key not in PAGE_WORDS:
            yield f"{place}.{key[:64]}: there is no such text"
            continue
        replaced = shipped.get(key, _PLAIN)
        found = tuple(text_problems(text, replaced)) or tone_problems(text)
        yield from (f"{place}.{key}: {each}" for each in found)


def _starter_problems(place: str, language: str, starters: tuple[str, ...]) -> Iterator[str]:
    if language not in system_texts():
        yield f"{place}: use {', '.join(system_texts())}"
    if len(starters) > MOST_STARTERS:
        yield f"{place}: {len(starters)} questions; at most {MOST_STARTERS} are shown"
    for number, each in enumerate(starters):
        yield from _line_problems(f"{place}[{number}]", each, MOST_STARTER)


def _line_problems(place: str, text: str, most: int) -> Iterator[str]:
    if not text.strip() or "\n" in text:
        yield f"{place}: give one line of text"
    elif len(text) > most:
        yield f"{place}: {len(text)} characters; at most {most} are shown well"
    else:
        yield from (f"{place}: {each}" for each in mark_problems(text))


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and text.isprintable()
