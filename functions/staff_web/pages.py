"""The pages of the company's own people are served here. They hold no data before a sign-in."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from surgeline.application.ports.refusals import Absent
from surgeline.runtime.http import Request, Response
from surgeline.runtime.page_files import PageFiles

WEB = Path(__file__).parents[2] / "web"
FOLDERS = ("staff", "agent", "lead")
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self' ws: wss:; frame-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
"""Nothing of another site runs in these pages, and no other site may show them."""
_PAGE = ".html"


class PageRoutes:
    """The routes of the pages and of their files.

    The page of the sign-in may also ask these addresses, which are those of the issuer.
    """

    def __init__(self, issuer: Sequence[str] = ()) -> None:
        self._sign_in = HEADERS | {"content-security-policy": _asking(issuer)}
        self._files = {name: PageFiles(WEB / name) for name in FOLDERS}

    def sign_in(self, request: Request) -> Response:
        """Serve the page behind an invitation's link, which also asks for a password."""
        return self._files["staff"].answer(request, "sign-in.html", self._sign_in)

    def account(self, request: Request) -> Response:
        """Serve the page on which people set, change and remove their password."""
        return self._files["staff"].answer(request, "account.html", HEADERS)

    def called(self, request: Request) -> Response:
        """Serve the page behind the link of a call."""
        return self._files["staff"].answer(request, "called.html", HEADERS)

    def agent(self, request: Request) -> Response:
        """Serve the agent's console."""
        return self._files["agent"].answer(request, "agent.html", HEADERS)

    def lead(self, request: Request) -> Response:
        """Serve the lead's page."""
        return self._files["lead"].answer(request, "lead.html", HEADERS)

    def asset(self, request: Request) -> Response:
        """Serve a file of a page, by its exact name. Raises Absent."""
        name = request.path["file"]
        files = self._files.get(request.path["folder"])
        if files is None or name.endswith(_PAGE):  # a page is served at its own address
            raise Absent("no such file")
        return files.answer(request, name, {})


def _asking(addresses: Sequence[str]) -> str:
    """Return the policy of a page that may ask the servers of these addresses, too."""
    parts = map(urlsplit, addresses)
    origins = " ".join(dict.fromkeys(f"{each.scheme}://{each.netloc}" for each in parts))
    policy = HEADERS["content-security-policy"]
    return policy.replace("connect-src 'self'", f"connect-src 'self' {origins}".rstrip())
