"""A web channel's public help centre is served here, made of the articles that answer now.

Its files are those that `surgeline kb site` writes. A company opens it with its look.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from surgeline.adapters.configuration.logo import logo_of
from surgeline.adapters.configuration.page_look import page_look
from surgeline.adapters.help_centre.pages import POLICY, HelpCentre, Site, names_address
from surgeline.application.answers.life.help_shelf import HelpShelf
from surgeline.application.ports.refusals import Absent
from surgeline.domain.company.look import Look
from surgeline.errors import BadRequest
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response
from surgeline.runtime.page_files import TYPES, Page, PageFiles, page_of

from functions.web_chat.channels import WebChannels
from functions.web_chat.widget import spoken

FILES: Final = Path(__file__).parents[2] / "web" / "help"
HEADERS: Final = {
    "cache-control": "public, max-age=30",
    "content-security-policy": f"{POLICY}; connect-src 'self'; form-action 'none';"
    " frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}
"""So a browser shows a change within half a minute, and the pages run and load nothing foreign."""
HOST: Final = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
MOST_CENTRES: Final = 8
STYLE: Final = "style.css"
OWN: Final = ".own-colours {}"
"""The rule in whose place the company's colours stand."""
FRONT: Final = "index.html"
KINDS: Final = {**TYPES, ".xml": "application/xml"}


class HelpRoutes:
    """The routes below /help. One instance serves a process."""

    def __init__(self, backend: Backend, channels: WebChannels) -> None:
        self._channels = channels
        self._shelf = HelpShelf(backend.blobs(), backend.clock)
        self._files = PageFiles(FILES)
        self._centres: OrderedDict[tuple[object, ...], _Centre] = OrderedDict()

    def enter(self, request: Request) -> Response:
        """Send a reader to the list in their language, or to the choice of languages."""
        languages = self._centre(request).languages
        if not languages:
            raise Absent("no article is published yet")
        wish = spoken(_codes(request.headers.get("accept-language", "")))
        place = f"{wish}/{FRONT}" if wish in languages else FRONT
        if len(languages) == 1:
            place = f"{languages[0]}/{FRONT}"
        headers = {
            "location": f"{request.path['channel_id']}/{place}",
            "vary": "Accept-Language",
        }
        return Response(302, "", HEADERS | headers)

    def file(self, request: Request) -> Response:
        """Serve a file of the whole help centre. Raises Absent."""
        centre, name = self._centre(request), request.path["file"]
        if name == STYLE:
            return self._files.changed(STYLE, {OWN: centre.shades}).answer(request, HEADERS)
        if name.endswith(".js"):
            return self._files.answer(request, name, HEADERS)
        return _found(centre, name, request)

    def file_of_language(self, request: Request) -> Response:
        """Serve a list, an article, or another file of one language. Raises Absent."""
        path = f"{request.path['language']}/{request.path['file']}"
        return _found(self._centre(request), path, request)

    def _centre(self, request: Request) -> "_Centre":
        """Return the help centre of a channel, which is made anew after each change."""
        channel_id = request.path["channel_id"]
        channel = self._channels.find(channel_id)
        look = self._channels.current().look_of(channel_id)
        known = self._channels.current().channel(channel_id)
        if channel is None or known is None or known.drill or look.help_centre != "open":
            raise Absent("no such help centre")
        shown = self._shelf.of(known.knowledge_base)
        if shown is None:
            raise Absent("no article is published yet")
        key = (channel_id, shown.key, look.name, look.accent, look.logo)
        centre = self._centres.get(key)
        if centre is None:
            logo = logo_of(look.logo)
            site = Site(
                shown.articles,
                look.name,
                is_placed=True,
                chat=f"../../c/{channel_id}",
                told=f"../../v1/web/{channel_id}/visitors",
                reviewed=shown.reviewed,
                logo=f"../../assets/{logo.name}" if logo else "",
            )
            centre = self._centres[key] = _Centre(site, look)
            if len(self._centres) > MOST_CENTRES:
                self._centres.popitem(last=False)
        return centre


class _Centre:
    """The pages of a help centre, each of which is kept once it was asked for."""

    def __init__(self, site: Site, look: Look) -> None:
        self._centre = HelpCentre(site)
        self._pages: dict[str, Page] = {}
        self._located: dict[str, tuple[str, Page]] = {}
        self.languages = self._centre.languages
        self.shades = _shades(page_look(look))

    def page(self, path: str) -> Page:
        """Return the file at a path. Raises Absent."""
        found = self._pages.get(path)
        if found is None:
            found = self._pages[path] = self._made(path, "")
        return found

    def located(self, path: str, base: str) -> Page:
        """Return a file that holds the address, kept for the latest one only. Raises Absent."""
        kept = self._located.get(path)
        if kept is None or kept[0] != base:
            kept = self._located[path] = base, self._made(path, base)
        return kept[1]

    def _made(self, path: str, base: str) -> Page:
        text = self._centre.text(path, base)
        if text is None:
            raise Absent("no such page")
        return page_of(KINDS[Path(path).suffix], text.encode())


def _found(centre: _Centre, path: str, request: Request) -> Response:
    """Return a page, or a file with the address by which it was asked for. Raises Absent."""
    if not names_address(path):
        return centre.page(path).answer(request, HEADERS)
    return centre.located(path, _base(request)).answer(request, HEADERS)


def _base(request: Request) -> str:
    """Return the help centre's address as its reader has it. Raises BadRequest."""
    if not HOST.fullmatch(request.host):
        raise BadRequest(
            f"the Host header is {request.host[:100]!r}; send a name or an address, with a port or"
            " without one, such as help.example.com:8443"
        )
    scheme = "https" if request.is_secure else "http"
    return f"{scheme}://{request.host}/help/{request.path['channel_id']}/"


def _shades(look: Mapping[str, Mapping[str, str]]) -> str:
    """Return the company's colours as they stand behind the style sheet."""
    if "light" not in look:
        return ""
    light, dark = look["light"]["text"], look["dark"]["text"]
    dark_rule = f"@media (prefers-color-scheme: dark) {{ :root {{ --link: {dark}; }} }}"
    return f":root {{ --link: {light}; }}\n{dark_rule}"


def _codes(header: str) -> str:
    """Return the languages of a browser's header in their order, without their weights."""
    return ",".join(each.partition(";")[0].strip() for each in header.split(","))
