"""A page or a sitemap is fetched from its address here, within bounds, and its pages are read."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urldefrag, urljoin, urlsplit

from surgeline.adapters.outbound.guard import is_loopback
from surgeline.adapters.outbound.sender import HttpReply, NoReply, Sender
from surgeline.adapters.past.encoding import Undecodable, decode
from surgeline.knowledge.articles.article import (
    MAX_FILE_BYTES,
    KnowledgeRefused,
    Place,
    Problem,
)
from surgeline.knowledge.articles.jsonl import to_jsonl
from surgeline.knowledge.articles.reading import Reading
from surgeline.knowledge.text.languages import LANGUAGES

from cli.importers import web_page
from cli.importers.drafts import Drafts
from cli.importers.read import Source

MOST_PAGES: Final = 200
MOST_PAGE_BYTES: Final = 5_000_000
MOST_REDIRECTS: Final = 5
PAGE_SECONDS: Final = 20.0
_DEEPEST: Final = 2
_MOST_NAMED: Final = 3
_HEADERS: Final = {"Accept": "text/html, application/xml;q=0.9, */*;q=0.1"}
_SITEMAPS: Final = ("urlset", "sitemapindex")
_OK: Final = 200
_REDIRECTS: Final = (301, 302, 303, 307, 308)

Fetch = Callable[[str], HttpReply]
"""Returns the reply to a GET of an address. Raises NoReply."""


@dataclass(frozen=True, slots=True)
class _Fetched:
    address: str
    raw: bytes


class _Refused(Exception):
    """An address that can't be read; the message says why."""


def sender_for(address: str) -> Sender:
    """Return the sender for an import. Only an address on this machine may lead to this machine."""
    return Sender(allow_loopback=is_loopback(address))


def fetched(sender: Sender) -> Fetch:
    """Return what gets addresses through the guard for outbound requests."""
    return lambda address: sender.post(
        address,
        _HEADERS,
        b"",
        timeout_seconds=PAGE_SECONDS,
        method="GET",
        most_bytes=MOST_PAGE_BYTES,
    )


def read_address(
    address: str,
    fetch: Fetch,
    *,
    language: str | None = None,
    languages: Collection[str] | None = LANGUAGES,
    lenient: bool = False,
) -> Source:
    """Read the page or the sitemap at an address. Raises KnowledgeRefused.

    The pages of a sitemap are read if they are of the same host. Those without questions are left
    out, and counted in a warning.
    """
    drafts = Drafts(Reading(languages, lenient=lenient), language)
    return _source(drafts, address, lambda: _get(address, fetch), fetch)


def read_sitemap(
    file: str,
    raw: bytes,
    fetch: Fetch,
    *,
    language: str | None = None,
    languages: Collection[str] | None = LANGUAGES,
    lenient: bool = False,
) -> Source:
    """Read the pages of a sitemap that was saved as a file. Raises KnowledgeRefused.

    The host of its first page counts as its own.
    """
    from lxml import etree

    tree = _sitemap(raw)
    places = () if tree is None else (each for each in tree.iter() if isinstance(each.tag, str))
    first = next((each for each in places if etree.QName(each).localname == "loc"), None)
    if first is None:
        told = "no sitemap; expected <urlset> or <sitemapindex> with the address of a page"
        raise KnowledgeRefused([Problem(file, 1, "", told)])
    saved = _Fetched((first.text or "").strip(), raw)
    drafts = Drafts(Reading(languages, lenient=lenient), language)
    return _source(drafts, file, lambda: saved, fetch)


def _source(drafts: Drafts, address: str, begin: Callable[[], _Fetched], fetch: Fetch) -> Source:
    """Return the articles of a page, or of all pages of a sitemap. Raises KnowledgeRefused."""
    try:
        first = begin()
        tree = _sitemap(first.raw)
        if tree is None:
            ways = {_read(drafts, first)}
        else:
            ways = _read_pages(drafts, address, list(_pages(first, tree, fetch)), fetch)
    except _Refused as refused:
        raise KnowledgeRefused([Problem(address, 1, "", str(refused))]) from refused
    drafts.finish()
    found = drafts.reading.read(Place(address, 1))
    name = ", ".join(sorted(ways))
    raw = to_jsonl(found.articles)
    return Source(found.articles, found.warnings, raw, name, "UTF-8", found.left_out)


def _read_pages(drafts: Drafts, sitemap: str, addresses: list[str], fetch: Fetch) -> set[str]:
    """Read the pages of a sitemap, and say which were left out."""
    ways: set[str] = set()
    without: list[str] = []
    total = 0
    for address in addresses[:MOST_PAGES]:
        try:
            page = _get(address, fetch)
        except _Refused as refused:
            drafts.reading.report(Place(address, 1), "", str(refused))
            continue
        total += len(page.raw)
        if total > MAX_FILE_BYTES:
            message = f"the pages have more than {MAX_FILE_BYTES:,} bytes; the rest is left out"
            drafts.reading.report(Place(address, 1), "", message)
            break
        way = _read(drafts, page, nothing="")
        if way == web_page.NO_QUESTIONS:
            without.append(address)
        else:
            ways.add(way)
    if len(addresses) > MOST_PAGES:
        message = f"{len(addresses):,} pages; the first {MOST_PAGES} are read"
        drafts.reading.warn(Place(sitemap, 1), "", message)
    if without:
        named = ", ".join(without[:_MOST_NAMED])
        more = f" and {len(without) - _MOST_NAMED} more" if len(without) > _MOST_NAMED else ""
        message = f"pages without questions are left out: {named}{more}"
        drafts.reading.warn(Place(sitemap, 1), "", message)
    return ways or {"sitemap"}


def _read(drafts: Drafts, page: _Fetched, nothing: str | None = None) -> str:
    """Add the articles of a page, and return the way in which they were found."""
    try:
        text = decode(page.raw).characters
    except Undecodable as error:
        drafts.reading.report(Place(page.address, 1), "", str(error))
        return web_page.NO_QUESTIONS
    told = {} if nothing is None else {"nothing": nothing}
    return web_page.read_page(drafts, text, page.address, address=page.address, **told)


def _get(address: str, fetch: Fetch) -> _Fetched:
    """Return an address and its content, after a few redirects. Raises _Refused."""
    for _ in range(MOST_REDIRECTS + 1):
        try:
            reply = fetch(address)
        except NoReply as error:
            raise _Refused(f"{address} can't be fetched ({error})") from error
        if reply.status in _REDIRECTS and reply.location:
            address = _joined(address, reply.location)
            continue
        if reply.status != _OK:
            raise _Refused(f"{address} answers {reply.status}; give the address of a page")
        if not reply.whole:
            limit = MOST_PAGE_BYTES // 1_000_000
            raise _Refused(f"{address} has more than {limit} MB; save it and import the file")
        return _Fetched(address, reply.body)
    raise _Refused(f"{address}: more than {MOST_REDIRECTS} redirects")


def _joined(address: str, location: str) -> str:
    try:
        return urldefrag(urljoin(address, location)).url
    except ValueError as error:
        raise _Refused(f"{address} leads to an address that can't be read") from error


def _sitemap(raw: bytes) -> Any:  # noqa: ANN401 - lxml has no types
    """Return the root of a sitemap, or None for anything else. Entities are never resolved."""
    from lxml import etree

    if not raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root if etree.QName(root).localname in _SITEMAPS else None


def _pages(
    sitemap: _Fetched,
    tree: Any,  # noqa: ANN401 - lxml
    fetch: Fetch,
    depth: int = 1,
) -> Iterator[str]:
    """Yield the addresses of a sitemap's pages that are on its own host, each once."""
    from lxml import etree

    host = urlsplit(sitemap.address).hostname
    places = [each for each in tree.iter() if isinstance(each.tag, str)]
    found = [(each.text or "").strip() for each in places if etree.QName(each).localname == "loc"]
    own = [each for each in dict.fromkeys(found) if _host(each) == host]
    if etree.QName(tree).localname == "urlset":
        yield from own
    elif depth < _DEEPEST:
        for address in own[:MOST_PAGES]:
            part = _get(address, fetch)
            below = _sitemap(part.raw)
            if below is not None:
                yield from _pages(part, below, fetch, depth + 1)


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
