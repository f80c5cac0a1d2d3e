"""The pictures, videos, files and links of an article are described and checked here.

Channels and pages show them with the answer. Each stands at a public address, because providers
fetch it from there.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

KINDS: Final = ("image", "video", "file", "link")
MOST_MEDIA: Final = 3
MOST_TITLE: Final = 80
MOST_ALT: Final = 500
MOST_URL: Final = 2_000
_FIELDS: Final = ("kind", "url", "title", "alt")
_SEEN: Final = ("image", "video")
_ADDRESS: Final = re.compile(
    r"https://(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}"
    r"(?:[/?#][!-~]*)?"
)
_SHOWN_BY_ALL: Final[Mapping[str, tuple[str, ...]]] = {
    "image": (".jpg", ".jpeg", ".png"),
    "video": (".mp4",),
}


@dataclass(frozen=True, slots=True)
class ArticleMedia:
    """One of them. `title` is shown with it, and `alt` says in words what can be seen."""

    kind: str
    url: str
    title: str = ""
    alt: str = ""


def media_problems(value: object) -> Iterator[tuple[str, str]]:
    """Yield each fault of an article's `media`, as its place within the list and a message."""
    if not isinstance(value, list | tuple):
        yield "", 'expected a list of {"kind", "url", "title", "alt"}'
        return
    if len(value) > MOST_MEDIA:
        yield "", f"{len(value)} entries; at most {MOST_MEDIA} are accepted"
    for number, each in enumerate(value[:MOST_MEDIA]):
        if not isinstance(each, Mapping):
            yield f"[{number}]", 'expected {"kind", "url", "title", "alt"}'
            continue
        yield from ((f"[{number}].{name}", said) for name, said in _problems(each))


def media_warnings(media: ArticleMedia) -> Iterator[str]:
    """Yield each thing about one entry that some channel can't show."""
    endings = _SHOWN_BY_ALL.get(media.kind, ())
    path = media.url.partition("?")[0].partition("#")[0].lower()
    if endings and not path.endswith(endings):
        yield (
            f"the address does not end with {' or '.join(endings)}; channels that show no other "
            f"{media.kind} send the address in words"
        )


def media_of(value: object) -> tuple[ArticleMedia, ...]:
    """Return the entries of a list that has no problems."""
    listed = value if isinstance(value, list | tuple) else ()
    return tuple(
        ArticleMedia(*(str(each.get(name, "")).strip() for name in _FIELDS))
        for each in listed
        if isinstance(each, Mapping)
    )


def as_objects(media: tuple[ArticleMedia, ...]) -> list[dict[str, str]]:
    """Return the entries as JSON objects with only the fields that they use."""
    return [{name: value for name in _FIELDS if (value := getattr(each, name))} for each in media]


def _problems(entry: Mapping[Any, Any]) -> Iterator[tuple[str, str]]:
    for name in entry:
        if name not in _FIELDS:
            yield str(name)[:40], f"unknown field; accepted are {', '.join(_FIELDS)}"
    texts = {name: entry.get(name, "") for name in _FIELDS}
    wrong = [name for name, value in texts.items() if not isinstance(value, str)]
    if wrong:
        yield wrong[0], "expected a text"
        return
    kind = texts["kind"]
    if kind not in KINDS:
        yield "kind", f"expected one of {', '.join(KINDS)}"
    if len(texts["url"]) > MOST_URL or not _ADDRESS.fullmatch(texts["url"]):
        yield "url", "expected an address that begins with https:// and a domain name"
    if kind in _SEEN and not texts["alt"].strip():
        yield "alt", "missing; say in words what can be seen, for people who can't see it"
    if kind not in _SEEN and not texts["title"].strip():
        yield "title", f"missing; a {kind} needs a title that says what opens"
    yield from _wrong_words("title", texts["title"], MOST_TITLE)
    yield from _wrong_words("alt", texts["alt"], MOST_ALT)


def _wrong_words(name: str, words: str, most: int) -> Iterator[tuple[str, str]]:
    if len(words) > most:
        yield name, f"{len(words)} characters; at most {most} are accepted"
    if not words.isprintable():
        yield name, "has a line break or a hidden character; remove it"
