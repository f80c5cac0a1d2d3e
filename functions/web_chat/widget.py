"""The widget is served here: its script, and the look that its button takes from the channel."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from surgeline.adapters.configuration.page_look import button_shades
from surgeline.knowledge.text.languages import LANGUAGES
from surgeline.runtime.http import Request, Response
from surgeline.runtime.page_files import PageFiles

from functions.web_chat.channels import WebChannels
from functions.web_chat.looks import Starters
from functions.web_chat.pages import FILES

WIDGET = Path(__file__).parents[2] / "web" / "widget"
SCRIPT = {
    "cache-control": "public, max-age=300",
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
}
"""Any site may load the script. The channel's `origins` decide whether it shows a chat there."""
_KEPT = {"cache-control": "private, max-age=300"}
_OWN = "widget_"
_MOST_WISHES = 20


class WidgetRoutes:
    """The routes of the widget, besides the chat page that it shows in a frame."""

    def __init__(self, channels: WebChannels, starters: Starters) -> None:
        self._channels = channels
        self._starters = starters
        self._files = PageFiles(WIDGET)

    def script(self, request: Request) -> Response:
        """Serve the script that a site names in one tag."""
        return self._files.answer(request, "widget.js", SCRIPT)

    def look(self, request: Request) -> Response:
        """Return the words and colours of the channel's button. Raises Unauthorized.

        With a `page` of the site there are the questions that the chat offers there, too.
        """
        origin = request.headers.get("origin")
        channel_id = request.path["channel_id"]
        self._channels.used(channel_id, origin=origin, hosts=(request.host,))
        language = spoken(request.query.get("languages", ""))
        words = words_of(language)
        texts = {
            key.removeprefix(_OWN): text for key, text in words.items() if key.startswith(_OWN)
        }
        knowledge_base, look = self._channels.look(channel_id)
        shades = button_shades(look)
        body: dict[str, object] = {
            "title": look.page_words(language).get("title", words["title"]),
            "language": language,
            "accent": shades.accent,
            "on_accent": shades.on_accent,
            "side": look.side or "right",
            "texts": texts,
        }
        page = request.query.get("page", "")
        if page and knowledge_base:
            asked = self._starters.on_page(knowledge_base, page)
            body["starters"] = {**asked, **look.starters}
        return Response(200, body, _KEPT)


def spoken(wishes: str) -> str:
    """Return the first language of a list such as `fr-CA,en` that the chat page speaks."""
    for wish in wishes.split(",")[:_MOST_WISHES]:
        code = wish.strip()[:2].lower()
        if code in LANGUAGES:
            return code
    return LANGUAGES[0]


@cache
def words_of(language: str) -> Mapping[str, str]:
    """Return the chat page's words of a language."""
    words: dict[str, str] = json.loads((FILES / f"strings.{language}.json").read_text("utf-8"))
    return words
