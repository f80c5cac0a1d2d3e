"""The system texts of every language are read here, once, from the files beside the core."""

import json
from functools import cache
from importlib.resources import files

from surgeline.knowledge.text.languages import LANGUAGES


@cache
def system_texts() -> dict[str, dict[str, str]]:
    """Return the texts by language, then by key. Every language has the same keys."""
    folder = files("surgeline") / "texts"
    return {
        language: json.loads((folder / f"{language}.json").read_text("utf-8"))
        for language in LANGUAGES
    }
