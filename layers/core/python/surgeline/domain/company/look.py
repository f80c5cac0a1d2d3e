"""A company's or a brand's look and words are plain data here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Literal

Side = Literal["", "left", "right"]
HelpCentre = Literal["", "open", "closed"]
PAGE_WORDS = ("title", "welcome", "welcome_more", "state_new", "bot", "person", "placeholder")
"""The words of the chat page that a company may replace, beside the system texts."""


@dataclass(frozen=True, slots=True)
class Look:
    """The look and the words of a company or of one brand.

    An empty field is the company's for a brand, and Surgeline's for the company. `accent` is the
    one colour, as `#rrggbb`, and `logo` is an image as a `data:` address. `side` is the corner of
    the widget's button. `hours_of` is the pool whose opening hours the chat page shows. `texts`
    replaces texts by language and key. `starters` are the questions that the chat page offers
    first, by language. Without them the first articles' are offered. An `open` help centre shows
    everybody the articles that answer.
    """

    name: str = ""
    accent: str = ""
    logo: str = ""
    side: Side = ""
    privacy_url: str = ""
    help_centre: HelpCentre = ""
    hours_of: str = ""
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    starters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def over(self, other: "Look") -> "Look":
        """Return this look with the other one's fields in place of empty ones."""
        languages = {*self.texts, *other.texts}
        mine = {each.name: getattr(self, each.name) for each in fields(self)}
        theirs = {each.name: getattr(other, each.name) for each in fields(self)}
        texts = {
            code: {**other.texts.get(code, {}), **self.texts.get(code, {})} for code in languages
        }
        starters = {**other.starters, **self.starters}
        chosen = {name: mine[name] or theirs[name] for name in mine}
        return Look(**chosen | {"texts": texts, "starters": starters})

    def page_words(self, language: str) -> Mapping[str, str]:
        """Return the chat page's words that are replaced in a language."""
        named = {"title": self.name} if self.name else {}
        own = self.texts.get(language, {})
        return named | {key: own[key] for key in PAGE_WORDS if key in own}

    def system_texts(self, language: str) -> Mapping[str, str]:
        """Return the system texts that are replaced in a language."""
        own = self.texts.get(language, {})
        return {key: text for key, text in own.items() if key not in PAGE_WORDS}
