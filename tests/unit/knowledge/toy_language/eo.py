"""Esperanto is described here, as far as a test needs it."""

from typing import Final

from surgeline.knowledge.text.language import (
    Choices,
    Courtesies,
    Language,
    PersonWishes,
    Rejections,
)

LANGUAGE: Final = Language(
    code="eo",
    name="Esperanto",
    small_words="""
        estas kie kiam mia mi vi kaj la ne jes kiel volas mian povas al homo homon saluton dankon
    """,
    tells="alone",
    courtesies=Courtesies(greetings="saluton, bonan tagon", thanks="dankon, multan dankon"),
    person=PersonWishes(
        parts={"server": "homon?|agenton?"},
        wishes=(r"\b(?:volas|bezonas) (?:paroli al )?<server>\b",),
    ),
    rejections=Rejections(no=("ne<end>",), statements=("tio ne estas (?:gxi|prava)",)),
    choices=Choices(
        ordinals=("unua", "dua", "tria", "kvara"), fillers="la mi volas", yes="jes certe"
    ),
    names=("esperanto",),
)
