"""HTML in a text is made plain here: paragraphs, lists and links stay, scripts and markup go."""

import re
from html import unescape
from typing import Any, Final

from surgeline.knowledge.articles.answer_text import LINK_SCHEMES

_HTML: Final = re.compile(
    r"<!--|</?(?:p|br|div|span|a|b|strong|i|em|u|s|ul|ol|li|h[1-6]|table|thead|tbody|tr|td|th|img"
    r"|font|code|pre|blockquote|hr|sup|sub|small|section|article|script|style|iframe)\b[^<>]*>"
    r"|&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,6});",
    re.IGNORECASE,
)
# An export puts a text that would not come back as it is between these.
_AS_IT_IS: Final = re.compile(r"<pre>([^<>]*)</pre>")
_UNSEEN: Final = frozenset(
    (
        *("script", "style", "template", "noscript", "iframe", "object", "svg"),
        *("head", "nav", "footer", "button", "select"),
    )
)
_BLOCKS: Final = frozenset(
    (
        *("p", "div", "section", "article", "header", "main", "aside", "ul", "ol", "dl", "dd"),
        *("dt", "table", "tr", "blockquote", "pre", "figure", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("details", "summary", "hr", "form"),
    )
)
_PARAGRAPHS: Final = frozenset(["p", "ul", "ol", "table", "blockquote", "pre"])
_LISTS: Final = frozenset(["ul", "ol"])
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,3}")
_MARK: Final = re.compile(r"-|[1-9][0-9]{0,4}\.")
_MARK_ALONE: Final = re.compile(
    rf"^({_MARK.pattern})\n+(?!{_MARK.pattern}(?:[ \n]|\Z))(?=[^\n])", re.MULTILINE
)
_BEFORE_MARK: Final = re.compile(rf"\n+(?=\n(?:{_MARK.pattern}) )")
_SPACES: Final = re.compile(r"[ \t\r\n\f\u00a0]+")


class TooDeep(ValueError):
    """A page beyond what is read; the message says what to do."""


def plain_text(text: str) -> str | None:
    """Return the plain text of one that holds HTML, or None where it holds none."""
    exact = _AS_IT_IS.fullmatch(text)
    if exact:
        return unescape(exact[1])
    if not _HTML.search(text):
        return None
    try:
        root = parsed(text)
    except TooDeep:
        return None
    return "" if root is None else text_of(root)


def is_as_it_is(text: str) -> bool:
    """Return whether a text was written by `as_it_is`."""
    return _AS_IT_IS.fullmatch(text) is not None


def as_it_is(text: str) -> str:
    """Return a text in a form that `plain_text` turns back into exactly that text."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<pre>{escaped.replace(chr(13), '&#13;').replace('_x', '&#95;x')}</pre>"


def parsed(html: str) -> Any:  # noqa: ANN401 - lxml has no types
    """Return the root of a page, or None where it holds no element. Raises TooDeep."""
    from lxml import etree

    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False
    )
    try:
        root = etree.fromstring(html.replace("\0", "").encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None
    if any(each.type_name == "ERR_RESOURCE_LIMIT" for each in parser.error_log):
        raise TooDeep("the page is nested over 255 deep, or has a text of over 10 MB; split it")
    return root


def is_unseen(element: Any) -> bool:  # noqa: ANN401 - lxml has no types
    """Return whether an element holds nothing that a person reads as part of the text."""
    return element.tag in _UNSEEN


def text_of(root: Any, *, but: Any = None, buttons: bool = False) -> str:  # noqa: ANN401 - lxml
    """Return what a person reads in an element, but for one part of it, and not what follows."""
    from lxml import etree

    writer = Writer()
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        unseen = is_unseen(element) and not (buttons and element.tag == "button")
        left_out = element is but or (unseen and element is not root)
        if event == "end":
            writer.close(element, unseen=left_out)
            writer.say(element.tail if element is not root else None)
        elif left_out:
            walk.skip_subtree()
        else:
            writer.open(element)
    return writer.written()


class Writer:
    """Text as it is put together, with the links that are open.

    `counts` has the number of the next item of each ordered list that is open, or 0 for a list
    without numbers.
    """

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.links: list[int] = []
        self.counts: list[int] = []

    def open(self, element: Any) -> None:  # noqa: ANN401 - lxml has no types
        """Write what stands before an element's parts, and its own first text."""
        if element.tag in _BLOCKS:
            self.parts.append("\n\n" if element.tag in _PARAGRAPHS else "\n")
            if element.tag in _LISTS:
                self.counts.append(_first_number(element))
        elif element.tag == "li":
            self.parts.append(f"\n{self._mark()} ")
        elif element.tag == "br":
            self.parts.append("\n")
        elif element.tag in {"td", "th"}:
            self.parts.append(" ")
        elif element.tag == "a":
            self.links.append(len(self.parts))
        self.say(element.text)

    def close(self, element: Any, *, unseen: bool) -> None:  # noqa: ANN401 - lxml has no types
        """Write what stands behind an element's parts."""
        if unseen:
            return
        if element.tag in _BLOCKS:
            self.parts.append("\n\n" if element.tag in _PARAGRAPHS else "\n")
            if element.tag in _LISTS and self.counts:
                self.counts.pop()
        elif element.tag == "a" and self.links:
            start = self.links.pop()
            label = _SPACES.sub(" ", "".join(self.parts[start:])).strip()
            self.parts[start:] = [_link(label, element.get("href") or "")]

    def say(self, text: str | None) -> None:
        """Write a text, its spaces as one."""
        if text:
            self.parts.append(_SPACES.sub(" ", text))

    def written(self) -> str:
        """Return the lines so far, with at most one empty line between two."""
        lines = [_SPACES.sub(" ", line).strip() for line in "".join(self.parts).split("\n")]
        text = _MARK_ALONE.sub(r"\1 ", "\n".join(lines))
        text = "\n".join(line for line in text.split("\n") if not _MARK.fullmatch(line))
        return re.sub(r"\n{3,}", "\n\n", _BEFORE_MARK.sub("", text)).strip()

    def _mark(self) -> str:
        """Return what stands before the next item of the innermost list."""
        number = self.counts[-1] if self.counts else 0
        if not number:
            return "-"
        self.counts[-1] += 1
        return f"{number}."


def _first_number(listed: Any) -> int:  # noqa: ANN401 - lxml has no types
    """Return the number of a list's first item, or 0 for a list without numbers."""
    if listed.tag != "ol":
        return 0
    start = (listed.get("start") or "").strip()
    return int(start) if _NUMBER.fullmatch(start) else 1


def _link(label: str, address: str) -> str:
    """Return a link as answers have it; an address that no answer may have is left out."""
    target = address.strip()
    scheme = target.partition(":")[0].lower()
    if scheme not in (*LINK_SCHEMES, "http") or re.search(r"[\s()]", target):
        return label
    shown = target.partition(":")[2] if scheme in {"mailto", "tel"} else target
    if not label or label in {target, shown} or set("[]") & set(label):
        return target if not label or label in {target, shown} else f"{label} ({target})"
    return f"[{label}]({target})"
