"""The placeholders and links that an answer may contain are checked here.

A placeholder is `{name|fallback}`. A brace is written twice to be shown once. The code that fills
placeholders (`surgeline.domain.texts`) reads the same grammar. Nothing in an answer is evaluated.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from surgeline.knowledge.text.promises import promise_problems

LINK_SCHEMES: Final = ("https", "mailto", "tel")
_WEB: Final = ("https", "http")

_PIECE: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_PLACEHOLDER: Final = re.compile(r"([a-z][a-z0-9_]{0,39}(?:\.[a-z0-9_]{1,39})?)(\|[^{}]{0,200})?")
VALUE_NAMES: Final = (
    "customer.name",
    "order.number",
    "order.status",
    "order.date",
    "order.total",
    "order.carrier",
    "order.tracking",
)
"""The values of a verified customer's file that an answer may name: their newest order's, mostly.

`surgeline.domain.customers.values` fills them.
"""
# A `*+` or `++` never gives back characters, so that the time grows only with the text.
_TEMPLATE: Final = re.compile(r"\{\{\s*+(#[^{}]*+|/?[\w.]++)\s*+\}\}|\$\{|<%")
_AFTER_SCHEME: Final = re.compile(r"//[^\s<>\"')\]]*")
_SCHEME: Final = re.compile(r"\b[A-Za-z]")
_IN_SCHEME: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+.-")
_DANGEROUS: Final = re.compile(
    r"\b(?:(javascript|vbscript):(?=\S)|(data):(?=[a-z]+/)|(file|blob):(?=/|http))", re.IGNORECASE
)
_MARKDOWN_LINK: Final = re.compile(r"\[[^\[\]]*+\]\(\s*+([^\s()]*+)[^()]*+\)")
# These are code, headings, quotes and other bold. Lists, links and `**bold**` are shown as such.
_MARKDOWN: Final = re.compile(
    r"__[^_\n]{1,80}__|`[^`\n]{1,80}`|^#{1,6} [^\n]{1,80}|^> [^\n]{1,80}",
    re.MULTILINE,
)


class _Link(NamedTuple):
    """A link with `//` behind its scheme; `after` begins with the `//`."""

    scheme: str
    after: str

    @property
    def text(self) -> str:
        return f"{self.scheme}:{self.after}"


def answer_problems(answer: str) -> Iterator[str]:
    """Yield each fault of an answer, with the accepted form."""
    yield from _placeholder_problems(answer)
    yield from _link_problems(answer)
    yield from promise_problems(answer)


def answer_warnings(answer: str) -> Iterator[str]:
    """Yield each thing in an answer that is allowed but hardly intended."""
    plain = next((each for each in _links(answer) if each.scheme.lower() == "http"), None)
    if plain:
        yield (
            f"the link {_short(plain.text)} is not encrypted; write https: if the site has it, "
            "because browsers warn of http:"
        )
    template = _TEMPLATE.search(answer)
    if template:
        yield (
            f"{_short(template[0])} looks like a template: nothing is evaluated, and it is shown "
            "as text; a placeholder is written {name|fallback}"
        )
    mark = _MARKDOWN.search(answer)
    if mark:
        yield (
            f"{_short(mark[0].strip())} looks like Markdown: answers are plain text, and it is "
            "shown as it is; only - lists, **bold** and [text](https://…) links are known"
        )


def _placeholder_problems(answer: str) -> Iterator[str]:
    for piece in _PIECE.finditer(answer):
        if piece[0] in {"{{", "}}"}:
            continue
        inner = piece[1]
        if inner is None:
            yield f"a single {piece[0]} at position {piece.start() + 1}; write it twice to show it"
        elif not (placeholder := _PLACEHOLDER.fullmatch(inner)):
            yield (
                f"{_short(piece[0])} is no placeholder; expected {{name|fallback}} with a name of "
                "a-z, 0-9 and _, or each brace written twice to show it"
            )
        elif "." in placeholder[1] and placeholder[1] not in VALUE_NAMES:
            yield (
                f"{_short(piece[0])} names no value of a customer; those are "
                f"{', '.join(VALUE_NAMES)}"
            )
        elif "|" not in inner:
            yield (
                f"{piece[0]} has no fallback for customers of whom it is not known; "
                f"write {{{inner}|something}}, or {{{inner}|}} for nothing"
            )


def _link_problems(answer: str) -> Iterator[str]:
    accepted = ", ".join(f"{scheme}:" for scheme in LINK_SCHEMES)
    seen: set[str] = set()
    for whole in _links(answer):
        if whole.scheme.lower() not in _WEB:
            seen.add(whole.scheme.lower())
            begins = f"begins with {whole.scheme}:; accepted are {accepted}"
            yield f"the link {_short(whole.text)} {begins}"
        elif not _has_plain_host(whole.after):
            yield f"the link {_short(whole.text)} names no host, or hides it behind a user name"
    for link in _DANGEROUS.finditer(answer):
        scheme = link[link.lastindex or 0]
        if scheme.lower() not in seen:
            yield f"a link begins with {scheme}:; accepted are {accepted}"
    for link in _MARKDOWN_LINK.finditer(answer):
        scheme, colon, rest = link[1].partition(":")
        known = colon and rest and scheme.lower() in LINK_SCHEMES
        has_authority = any(link[1].startswith(each.text) for each in _links(link[1]))
        if not (known or has_authority or _DANGEROUS.match(link[1])):
            target = _short(link[1])
            yield f"the link {_short(link[0])} leads to {target!r}; accepted are {accepted}"


def _links(answer: str) -> Iterator[_Link]:
    """Yield the links with an authority, each searched from its `://` back to its beginning."""
    end = 0
    while (colon := answer.find("://", end)) >= 0:
        start = colon
        while start > end and answer[start - 1] in _IN_SCHEME:
            start -= 1
        begins = _SCHEME.search(answer, start, colon)
        after = _AFTER_SCHEME.match(answer, colon + 1) if begins else None
        end = after.end() if after else colon + 1
        if begins and after:
            yield _Link(answer[begins.start() : colon], after[0])


def _has_plain_host(after_scheme: str) -> bool:
    try:
        parts = urlsplit(f"https:{after_scheme}")
        return bool(parts.hostname) and parts.username is None
    except ValueError:
        return False


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "..."  # noqa: PLR2004 - fits on a line
