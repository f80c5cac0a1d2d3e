"""What an answer may contain lives here: placeholders and links. Filling them in does not.

A placeholder is `{name|fallback}`; a brace is written twice to be shown once. The one who fills
reads the same grammar (`surgeline.domain.texts`); nothing in an answer is ever evaluated.
"""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

LINK_SCHEMES: Final = ("https", "mailto", "tel")

_PIECE: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_PLACEHOLDER: Final = re.compile(r"[a-z][a-z0-9_]{0,39}(\|[^{}]{0,200})?")
_TEMPLATE: Final = re.compile(r"\{\{\s*(#[^{}]*|/?[\w.]+)\s*\}\}|\$\{|<%")
_WITH_AUTHORITY: Final = re.compile(r"\b([A-Za-z][A-Za-z0-9+.-]*):(//[^\s<>\"')\]]*)")
_DANGEROUS: Final = re.compile(
    r"\b(?:(javascript|vbscript):(?=\S)|(data):(?=[a-z]+/)|(file|blob):(?=/|http))", re.IGNORECASE
)
_MARKDOWN_LINK: Final = re.compile(r"\[[^\[\]]*\]\(\s*([^\s()]*)[^()]*\)")


def answer_problems(answer: str) -> Iterator[str]:
    """Yield what is wrong with an answer, and what is accepted instead."""
    yield from _placeholder_problems(answer)
    yield from _link_problems(answer)


def answer_warnings(answer: str) -> Iterator[str]:
    """Yield what is allowed but hardly meant."""
    template = _TEMPLATE.search(answer)
    if template:
        yield (
            f"{_short(template[0])} looks like a template: nothing is evaluated, and it is shown "
            "as text; a placeholder is written {name|fallback}"
        )


def _placeholder_problems(answer: str) -> Iterator[str]:
    for piece in _PIECE.finditer(answer):
        if piece[0] in {"{{", "}}"}:
            continue
        inner = piece[1]
        if inner is None:
            yield f"a single {piece[0]} at position {piece.start() + 1}; write it twice to show it"
        elif not _PLACEHOLDER.fullmatch(inner):
            yield (
                f"{_short(piece[0])} is no placeholder; expected {{name|fallback}} with a name of "
                "a-z, 0-9 and _, or each brace written twice to show it"
            )
        elif "|" not in inner:
            yield (
                f"{piece[0]} has no fallback for customers of whom it is not known; "
                f"write {{{inner}|something}}, or {{{inner}|}} for nothing"
            )


def _link_problems(answer: str) -> Iterator[str]:
    accepted = ", ".join(f"{scheme}:" for scheme in LINK_SCHEMES)
    seen: set[str] = set()
    for link in _WITH_AUTHORITY.finditer(answer):
        if link[1].lower() != "https":
            seen.add(link[1].lower())
            yield f"the link {_short(link[0])} begins with {link[1]}:; accepted are {accepted}"
        elif not _has_plain_host(link[2]):
            yield f"the link {_short(link[0])} names no host, or hides it behind a user name"
    for link in _DANGEROUS.finditer(answer):
        scheme = link[link.lastindex or 0]
        if scheme.lower() not in seen:
            yield f"a link begins with {scheme}:; accepted are {accepted}"
    for link in _MARKDOWN_LINK.finditer(answer):
        scheme, colon, rest = link[1].partition(":")
        known = colon and rest and scheme.lower() in LINK_SCHEMES
        if not (known or _WITH_AUTHORITY.match(link[1]) or _DANGEROUS.match(link[1])):
            target = _short(link[1])
            yield f"the link {_short(link[0])} leads to {target!r}; accepted are {accepted}"


def _has_plain_host(after_scheme: str) -> bool:
    try:
        parts = urlsplit(f"https:{after_scheme}")
        return bool(parts.hostname) and parts.username is None
    except ValueError:
        return False


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "..."  # noqa: PLR2004 - fits on a line
