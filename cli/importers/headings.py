"""The name of a column or field is understood here: an article's field, and perhaps a language."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from surgeline.knowledge.text.languages import LANGUAGES, languages
from surgeline.knowledge.text.marks import normalised

from cli.importers.marks import OWN

FIELDS: Final = ("id", "title", "language", "questions", "answer")
ACCEPTED: Final = "accepted are id, title, language, question (1, 2, ...), answer"
_OF_ONE_LANGUAGE: Final = ("title", "questions", "answer")
_WITH_REGION: Final = re.compile(r"([a-z]{2})[-_][a-z0-9]{2,8}")
_BETWEEN: Final = re.compile(r"[\s_.:/#()\[\]-]+")


@dataclass(frozen=True, slots=True)
class Heading:
    """An article's field, and the language that a name such as `q_en` or `answer (French)` says."""

    field: str
    language: str | None = None


class WrongColumns(ValueError):
    """A wish for columns that can't be read; the message says what is accepted."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """The columns that an author named for fields, by their folded names."""

    named: Mapping[str, Heading]

    @property
    def fields(self) -> frozenset[str]:
        """Return the fields for which a column was named."""
        return frozenset(heading.field for heading in self.named.values())

    def heading_of(self, name: str) -> Heading | None:
        """Return the field that a column holds; a named column takes the place of others."""
        wished = self.named.get(folded(name))
        if wished:
            return wished
        found = heading_of(name)
        return None if found is None or found.field in self.fields else found

    def missing(self, names: Iterable[str]) -> list[str]:
        """Return the columns that were named and are not among these names."""
        there = {folded(name) for name in names}
        return [name for name in self.named if name not in there]


NO_WISHES: Final = Wishes({})


def wishes_of(text: str | None) -> Wishes:
    """Return the wishes in `question=q_en,answer=a_en`. Raises WrongColumns."""
    named: dict[str, Heading] = {}
    for part in filter(None, map(str.strip, (text or "").split(","))):
        field, equals, column = part.partition("=")
        heading = heading_of(field)
        if not equals or not column.strip() or heading is None:
            raise WrongColumns(
                f"{part!r} names no column; expected question=NAME,answer=NAME "
                "(and id, title or language), with the names of the file's own columns"
            )
        own = heading_of(column)
        language = heading.language or (own.language if own else _language_at_edge(column))
        fits = heading.field in _OF_ONE_LANGUAGE
        named[folded(column)] = Heading(heading.field, language if fits else None)
    spoken = {each.language for each in named.values() if each.language}
    if len(spoken) == 1:
        (only,) = spoken
        named = {column: _in_language(each, only) for column, each in named.items()}
    return Wishes(named)


def _in_language(heading: Heading, language: str) -> Heading:
    """Return a heading in the one language that any of the named columns is in."""
    return Heading(heading.field, language) if heading.field in _OF_ONE_LANGUAGE else heading


def heading_of(name: str) -> Heading | None:
    """Return the field that a name stands for, in any of the languages, or None."""
    plain = folded(name)
    field = OWN.get(plain) or _field_names().get(plain) or _field_names().get(_unnumbered(plain))
    if field:
        return Heading(field)
    parts = [part for part in _BETWEEN.split(plain) if part and not part.isdigit()]
    for rest, language in _ways_to_name_a_language(parts):
        found = _field_names().get(" ".join(rest)) if rest else None
        if found in _OF_ONE_LANGUAGE:
            return Heading(found, language)
    return None


def language_named(name: str) -> str | None:
    """Return the language that a name stands for: its name in any language, or its code.

    The code may have a region, as in fr-CA or en_US.
    """
    plain = folded(name)
    region = _WITH_REGION.fullmatch(plain)
    named = _language_names()
    return named.get(plain) or (named.get(region[1]) if region else None)


def folded(name: str) -> str:
    """Return a name in the form in which names are compared."""
    return " ".join(normalised("NFKC", name).strip().strip('"').casefold().split())


@cache
def names_of() -> Mapping[str, tuple[str, ...]]:
    """Return the names of each field's columns, in all languages."""
    return {
        field: tuple(name for each in languages() for name in each.columns.get(field, ()))
        for field in FIELDS
    }


@cache
def _field_names() -> Mapping[str, str]:
    return {name: field for field, names in names_of().items() for name in names}


@cache
def _language_names() -> Mapping[str, str]:
    named = {name: each.code for each in languages() for name in each.names}
    return named | {code: code for code in LANGUAGES}


def _unnumbered(name: str) -> str:
    """Return a column's name without its number, so that "question (2)" is one of the questions."""
    return name.rstrip(" \t\r\n)").rstrip("0123456789").rstrip(" \t\r\n_.#()-")


def _ways_to_name_a_language(parts: Sequence[str]) -> list[tuple[Sequence[str], str]]:
    """Return what is left of a name, and its language, for a language at either end."""
    edges = [
        (parts[:-2], "-".join(parts[-2:])),
        (parts[2:], "-".join(parts[:2])),
        (parts[:-1], parts[-1] if parts else ""),
        (parts[1:], parts[0] if parts else ""),
    ]
    named = _language_names()
    return [(rest, named[edge]) for rest, edge in edges if edge in named]


def _language_at_edge(name: str) -> str | None:
    parts = [part for part in _BETWEEN.split(folded(name)) if part and not part.isdigit()]
    found = _ways_to_name_a_language(parts)
    return found[0][1] if found else None
