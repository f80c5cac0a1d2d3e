"""The chat pages, their files and the published interfaces are served here."""

import json
from functools import lru_cache
from html import escape
from pathlib import Path

from surgeline.adapters.configuration.logo import logo_of
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.refusals import Absent
from surgeline.domain.hours import coming
from surgeline.knowledge.text.languages import languages
from surgeline.runtime.http import Request, Response
from surgeline.runtime.page_files import Page, PageFiles

from functions.web_chat.channels import WebChannels
from functions.web_chat.looks import HOURS_DAYS, Starters, look_of_page

FILES = Path(__file__).parents[2] / "web" / "chat"
PUBLISHED = Path(__file__).parent / "published"
PUBLIC = {"cache-control": "public, max-age=300", "access-control-allow-origin": "*"}
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors "
)
FIRST_CHANNEL = "web"
"""The channel whose page is at the root."""
_PAGE = "chat.html"
_ENGLISH_ALONE = '<option value="en" lang="en">English</option>'
_KEPT_PAGES = 100
LOGO = {
    "cache-control": "public, max-age=31536000, immutable",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}
"""A logo that is opened by itself runs nothing and loads nothing."""
_TITLE = "<title>Customer support</title>"
_LOOK = 'name="surgeline-look" content="{}"'


def languages_to_choose() -> dict[str, str]:
    """Return the replacements that make the page offer every language of the system."""
    options = (
        f'<option value="{each.code}" lang="{each.code}">{each.name}</option>'
        for each in languages()
    )
    return {_ENGLISH_ALONE: "\n          ".join(options)}


class PageRoutes:
    """The routes of the chat page. Every channel has the same page at its own address."""

    def __init__(self, channels: WebChannels, starters: Starters, clock: Clock) -> None:
        self._clock = clock
        self._channels = channels
        self._starters = starters
        self._files = PageFiles(FILES)
        self._published = PageFiles(PUBLISHED)
        self._page_of = lru_cache(maxsize=_KEPT_PAGES)(self._made_for)

    def page(self, request: Request) -> Response:
        """Serve the page of the first channel."""
        return self._answer(request, FIRST_CHANNEL, "")

    def page_of_channel(self, request: Request) -> Response:
        """Serve the page of any web channel. Raises Absent."""
        channel_id = request.path["channel_id"]
        if self._channels.find(channel_id) is None:
            raise Absent("no such web channel")
        return self._answer(request, channel_id, "../")

    def asset(self, request: Request) -> Response:
        """Serve one of the page's own files or a logo, by its exact name. Raises Absent."""
        name = request.path["file"]
        if name.startswith("logo."):
            return self._logo(name)
        if name == _PAGE:  # the page is served with a policy, at its own addresses
            raise Absent("no such file")
        return self._files.answer(request, name, {})

    def openapi(self, request: Request) -> Response:
        """Serve the OpenAPI description of every HTTP route."""
        return self._published.answer(request, "openapi.json", PUBLIC)

    def schema(self, request: Request) -> Response:
        """Serve the JSON Schema of one event. Raises Absent."""
        return self._published.answer(request, request.path["name"], PUBLIC)

    def _policy(self, channel_id: str) -> dict[str, str]:
        return {
            "content-security-policy": CONTENT_SECURITY_POLICY
            + self._channels.frames_of(channel_id),
            "referrer-policy": "no-referrer",
        }

    def _answer(self, request: Request, channel_id: str, root: str) -> Response:
        knowledge_base, look = self._channels.look(channel_id)
        questions = self._starters.of(knowledge_base) if knowledge_base else {}
        hours = self._channels.hours_shown(look)
        drawn = look_of_page(
            look,
            questions,
            files=self._channels.takes_files(channel_id),
            hours=coming(hours, self._clock.now(), days=HOURS_DAYS) if hours else (),
        )
        page = self._page_of(channel_id, root, look.name, json.dumps(drawn, ensure_ascii=False))
        return page.answer(request, self._policy(channel_id))

    def _logo(self, name: str) -> Response:
        for look in self._channels.looks():
            logo = logo_of(look.logo)
            if logo and logo.name == name:
                return Response(200, logo.body, LOGO | {"content-type": logo.kind})
        raise Absent("no such file")

    def _made_for(self, channel_id: str, root: str, name: str, look: str) -> Page:
        changes = languages_to_choose() | {
            f'content="{FIRST_CHANNEL}"': f'content="{channel_id}"',
            '"assets/': f'"{root}assets/',
            _LOOK: _LOOK.replace("{}", escape(look)),
        }
        if name:
            changes[_TITLE] = f"<title>{escape(name)}</title>"
        return self._files.changed(_PAGE, changes)
