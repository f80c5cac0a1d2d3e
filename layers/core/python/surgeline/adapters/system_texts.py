"""The system texts of every language are read here, once, from the files beside the core.

A language of `LANGUAGES` has all texts. Customers of a language in `texts/handed_over/` are told in
it that a person comes. A text that its file lacks is English.
"""

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from surgeline.application.alerts.told_again import OF_ALERTS, OF_SURGE, ToldAgain
from surgeline.domain.texts import Words
from surgeline.knowledge.text.languages import LANGUAGES

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

FALLBACK = "en"
ENDING = ".json"


@cache
def system_texts() -> dict[str, dict[str, str]]:
    """Return the texts by language, then by key. Every language has the same keys."""
    folder = files("surgeline") / "texts"
    spoken = {language: _read(folder / f"{language}{ENDING}") for language in LANGUAGES}
    handed_over = {
        code: spoken[FALLBACK] | texts
        for code, texts in handed_over_texts().items()
        if code not in spoken
    }
    return spoken | handed_over


@cache
def handed_over_texts() -> dict[str, dict[str, str]]:
    """Return the texts of languages in which nothing is answered, by language."""
    folder = files("surgeline") / "texts" / "handed_over"
    found = sorted(each.name for each in folder.iterdir() if each.name.endswith(ENDING))
    return {name.removesuffix(ENDING): _read(folder / name) for name in found}


@cache
def lead_words(language: str) -> Words:
    """Return the texts for leads, such as alerts and reports, in a language, or else in English."""
    spoken = language if language in LANGUAGES else FALLBACK
    return Words(spoken, _read(files("surgeline") / "texts" / "leads" / f"{spoken}{ENDING}"))


@cache
def alerts_told(language: str) -> ToldAgain:
    """Return what tells alerts of the company's language in another one."""
    return _told_again(language, OF_ALERTS)


@cache
def surge_told(language: str) -> ToldAgain:
    """Return what tells the controller's reasons of the company's language in another one."""
    return _told_again(language, OF_SURGE)


@cache
def lead_whys(language: str) -> dict[str, str]:
    """Return why decisions were made, by the English sentences. There are none for English."""
    file = files("surgeline") / "texts" / "whys" / f"{language}{ENDING}"
    return _read(file) if language in LANGUAGES and language != FALLBACK else {}


def _told_again(language: str, begin: str) -> ToldAgain:
    written = [lead_words(each).texts for each in LANGUAGES]
    return ToldAgain(written, lead_words(language), begin)


def _read(file: "Traversable") -> dict[str, str]:
    texts: dict[str, str] = json.loads(file.read_text("utf-8"))
    return texts
