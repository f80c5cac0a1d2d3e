"""The company's look becomes what the chat page and the widget show."""

from dataclasses import asdict
from typing import Any

from surgeline.adapters.configuration.logo import logo_of
from surgeline.domain.company.colours import Shades, dark_shades, light_shades
from surgeline.domain.company.look import Look

OWN_ACCENT = Shades("#0d6159", "#ffffff", "#0d6159")
"""The accent of a company that has chosen none. The page's style sheet has the same."""


def page_look(look: Look, *, inline_logo: bool = False) -> dict[str, Any]:
    """Return the look as the chat page reads it. An inline logo needs no other request."""
    logo = logo_of(look.logo)
    found: dict[str, Any] = {
        "texts": {code: words for code in look.texts if (words := look.page_words(code))},
        "starters": dict(look.starters),
    }
    if look.name:
        found["name"] = look.name
    if look.privacy_url:
        found["privacy_url"] = look.privacy_url
    if logo:
        found["logo"] = look.logo if inline_logo else logo.name
    if look.accent:
        found["light"] = asdict(light_shades(look.accent))
        found["dark"] = asdict(dark_shades(look.accent))
    return found


def button_shades(look: Look) -> Shades:
    """Return the shades of the widget's button, which stands on any site."""
    return light_shades(look.accent) if look.accent else OWN_ACCENT
