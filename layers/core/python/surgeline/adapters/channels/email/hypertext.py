"""The text of an HTML mail is read here, in one pass, with quoted history marked by `>`.

Mails that are built to be expensive for a parser cost no more than others, because no character is
looked at twice.
"""

import re
from collections import Counter
from html import unescape
from typing import Final

MOST_CHARS: Final = 400_000
_HIDDEN: Final = ("head", "script", "style", "title", "template", "svg", "object")
_BLOCKS: Final = re.compile(
    "address|article|blockquote|body|br|center|dd|div|dl|dt|fieldset|footer|form|h[1-6]|header|hr|html"
    "|li|main|nav|ol|p|pre|section|table|tr|ul"
)
_GAPS: Final = re.compile("blockquote|br|h[1-4]|hr|p|pre|table|ul|ol")
"""Elements before which an empty line is seen."""
_TRACKED: Final = ("div", "blockquote", "span", "p", "td")
"""Elements whose ends are counted, because a whole one may be quoted or invisible."""
_TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9:]{0,20})")
_QUOTING = re.compile(
    r"gmail_attr|moz-cite-prefix|yahoo_quoted|protonmail_quote|OutlookMessageHeader"
)
_HISTORY = re.compile(
    r"""id\s*=\s*["']?(?:x_)*(?:divRplyFwdMsg|appendonsend|mail-editor-reference)"""
)
_UNSEEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all")
_MOST_ATTRIBUTES = 2_000
_MOST_OPEN = 200


def text_of(html: str) -> str:
    """Return what a reader sees of the HTML, a line for each block. Quoted lines begin with `>`."""
    return _Reader(html[:MOST_CHARS]).read()


class _Reader:
    def __init__(self, html: str) -> None:
        self._html = html
        self._lower = html.lower()
        self._lines: list[str] = []
        self._line: list[str] = []
        self._open: list[tuple[str, str]] = []
        """The open elements that are tracked: each one's name, and `>`, `-` (unseen) or nothing."""
        self._counts: Counter[str] = Counter()
        """How many of them have a name, or a mark."""
        self._done = False

    def read(self) -> str:
        place = 0
        while place < len(self._html) and not self._done:
            begin = self._html.find("<", place)
            self._say(self._html[place : begin if begin >= 0 else None])
            if begin < 0:
                break
            place = self._markup(begin)
        self._break()
        return "\n".join(self._lines)

    def _markup(self, begin: int) -> int:
        """Read what begins with `<`, and return the place behind it."""
        if self._html.startswith("<!--", begin):
            return self._behind("-->", begin)
        if self._html.startswith(("<!", "<?"), begin):
            return self._behind(">", begin)
        found = _TAG.match(self._html, begin + 1)
        if found is None:
            self._say("<")
            return begin + 1
        end = self._behind(">", begin)
        name = found[2].lower()
        if found[1]:
            self._close(name)
        else:
            self._begin(name, self._html[found.end() : min(end, found.end() + _MOST_ATTRIBUTES)])
        return self._behind(f"</{name}", end) if name in _HIDDEN and not found[1] else end

    def _behind(self, mark: str, begin: int) -> int:
        end = self._lower.find(mark, begin)
        return len(self._html) if end < 0 else end + len(mark)

    def _begin(self, name: str, attributes: str) -> None:
        if _HISTORY.search(attributes):
            self._done = True
            return
        if _BLOCKS.fullmatch(name):
            self._break(gap=_GAPS.fullmatch(name) is not None)
        if name == "li":
            self._line.append("- ")
        elif name in ("td", "th"):
            self._line.append(" ")
        elif name == "img" and not self._unseen:
            self._line.append(_alt(attributes))
        if name in _TRACKED and len(self._open) < _MOST_OPEN:
            self._open.append((name, _mark(name, attributes)))
            self._counts.update(self._open[-1])

    def _close(self, name: str) -> None:
        if _BLOCKS.fullmatch(name):
            self._break()
        while self._counts[name]:
            closed = self._open.pop()
            self._counts.subtract(closed)
            if closed[0] == name:
                return

    def _say(self, text: str) -> None:
        if text and not self._unseen:
            self._line.append(unescape(text))

    @property
    def _unseen(self) -> bool:
        return self._counts["-"] > 0

    def _break(self, *, gap: bool = False) -> None:
        text = " ".join("".join(self._line).split())
        self._line = []
        if text or (gap and self._lines and self._lines[-1]):
            self._lines.append(f"> {text}" if self._counts[">"] else text)


def _mark(name: str, attributes: str) -> str:
    if name == "blockquote" or _QUOTING.search(attributes):
        return ">"
    return "-" if _UNSEEN.search(attributes) else ""


def _alt(attributes: str) -> str:
    found = re.search(r"""\balt\s*=\s*(?:"([^"]{1,60})"|'([^']{1,60})')""", attributes)
    words = unescape(found[1] or found[2]).strip() if found else ""
    return f" {words} " if words and words.isprintable() and len(words) <= 4 else ""  # noqa: PLR2004 # an emoji
