"""A company's logo is checked and read here: an SVG or PNG in a `data:` address."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from xml.etree import ElementTree as ET

MOST_BYTES = 24_000
MOST_PIXELS = 1_024
_ADDRESS = re.compile(r"data:image/(png|svg\+xml);base64,([A-Za-z0-9+/]+={0,2})")
_PNG = b"\x89PNG\r\n\x1a\n"
_ENDINGS = {"png": "png", "svg+xml": "svg"}
_FORBIDDEN_TAGS = {"script", "foreignobject", "iframe", "image", "use", "animate", "set", "a"}
_ADDRESS_IN_STYLE = re.compile(r"url\(\s*['\"]?(?!#)|@import", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo's bytes, its type, and the name under which it is served."""

    kind: str
    name: str
    body: bytes


def logo_of(address: str) -> Logo | None:
    """Return the logo of a `data:` address, or None where there is none."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return None
    try:
        body = base64.b64decode(found[2], validate=True)
    except binascii.Error:
        return None
    name = f"logo.{sha256(body).hexdigest()[:20]}.{_ENDINGS[found[1]]}"
    return Logo(f"image/{found[1]}", name, body)


def logo_problems(address: str) -> Iterator[str]:
    """Yield what is wrong with a logo."""
    logo = logo_of(address)
    if logo is None:
        yield "give an SVG or PNG as data:image/svg+xml;base64,… or data:image/png;base64,…"
    elif len(logo.body) > MOST_BYTES:
        yield f"{len(logo.body):,} bytes; at most {MOST_BYTES:,} are taken"
    elif logo.kind == "image/png":
        yield from _png_problems(logo.body)
    else:
        yield from _svg_problems(logo.body)


def _png_problems(body: bytes) -> Iterator[str]:
    if not body.startswith(_PNG) or body[12:16] != b"IHDR" or b"IEND" not in body[-12:]:
        yield "the file is no whole PNG"
        return
    width, height = (int.from_bytes(body[at : at + 4], "big") for at in (16, 20))
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS):
        yield f"{width} × {height} pixels; at most {MOST_PIXELS} each way are taken"


def _svg_problems(body: bytes) -> Iterator[str]:
    if b"<!" in body.replace(b"<!--", b""):
        yield "the SVG has a DOCTYPE or an entity; save it without"
        return
    try:
        root = ET.fromstring(body)  # noqa: S314 # without a DOCTYPE there is nothing to expand
    except ET.ParseError as error:
        yield f"the file is no SVG: {error}"
        return
    if root.tag not in {"svg", "{http://www.w3.org/2000/svg}svg"}:
        yield "the file is no SVG"
        return
    for element in root.iter():
        tag = str(element.tag).rpartition("}")[2].lower()
        if tag in _FORBIDDEN_TAGS:
            yield f"the SVG has a <{tag}>, which a picture doesn't need"
        yield from _attribute_problems(element)


def _attribute_problems(element: ET.Element) -> Iterator[str]:
    styles = [element.text or ""] if str(element.tag).endswith("style") else []
    for name, value in element.attrib.items():
        plain = name.rpartition("}")[2].lower()
        if plain.startswith("on") or (plain == "href" and not value.startswith("#")):
            yield f"the SVG has the attribute {plain}, which a picture doesn't need"
        styles.append(value)
    if any(_ADDRESS_IN_STYLE.search(each) for each in styles):
        yield "the SVG names an address outside of itself"
