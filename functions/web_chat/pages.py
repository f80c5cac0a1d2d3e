"""The chat pages, their files and the published interfaces are served here."""

from functools import cached_property, lru_cache
from pathlib import Path

from surgeline.application.ports.refusals import Absent
from surgeline.knowledge.text.languages import languages
from surgeline.runtime.http import Request, Response
from surgeline.runtime.page_files import Page, PageFiles

from functions.web_chat.channels import WebChannels

FILES = Path(__file__).parents[2] / "web" / "chat"
PUBLISHED = Path(__file__).parent / "published"
PUBLIC = {"cache-control": "public, max-age=300", "access-control-allow-origin": "*"}
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors "
)
FIRST_CHANNEL = "web"
"""The channel whose page is at the root."""
_PAGE = "chat.html"
_ENGLISH_ALONE = '<option value="en" lang="en">English</option>'
_OTHER_PAGES = 100


def languages_to_choose() -> dict[str, str]:
    """Return the replacements that make the page offer every language of the system."""
    options = (
        f'<option value="{each.code}" lang="{each.code}">{each.name}</option>'
        for each in languages()
    )
    return {_ENGLISH_ALONE: "\n          ".join(options)}


class PageRoutes:
    """The routes of the chat page. Every channel has the same page at its own address."""

    def __init__(self, channels: WebChannels) -> None:
        self._channels = channels
        self._files = PageFiles(FILES)
        self._published = PageFiles(PUBLISHED)
        self._page_of = lru_cache(maxsize=_OTHER_PAGES)(self._made_for)

    def page(self, request: Request) -> Response:
        """Serve the page of the first channel."""
        return self._first_page.answer(request, self._policy(FIRST_CHANNEL))

    def page_of_channel(self, request: Request) -> Response:
        """Serve the page of any web channel. Raises Absent."""
        channel_id = request.path["channel_id"]
        if self._channels.find(channel_id) is None:
            raise Absent("no such web channel")
        return self._page_of(channel_id).answer(request, self._policy(channel_id))

    def asset(self, request: Request) -> Response:
        """Serve one of the page's own files, by its exact name. Raises Absent."""
        name = request.path["file"]
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

    @cached_property
    def _first_page(self) -> Page:
        return self._files.changed(_PAGE, languages_to_choose())

    def _made_for(self, channel_id: str) -> Page:
        changes = languages_to_choose() | {
            f'content="{FIRST_CHANNEL}"': f'content="{channel_id}"',
            '"assets/': '"../assets/',
        }
        return self._files.changed(_PAGE, changes)
