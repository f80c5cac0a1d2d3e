"""A company's look is checked when it is saved: names, colours, logos, addresses and texts."""

import base64
import struct
import zlib
from typing import Any

import pytest
from surgeline.adapters.configuration.format import ConfigurationFormat
from surgeline.adapters.configuration.logo import logo_of
from surgeline.errors import Unprocessable

FORM = ConfigurationFormat()
SVG = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'>{}</svg>"


def svg(inside: str = "<path d='M0 0h8v8z' fill='red'/>") -> str:
    return address("svg+xml", SVG.format(inside).encode())


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IEND", b"")


def address(kind: str, body: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(body).decode()}"


def saved(**company: Any) -> Any:
    document = {"channels": [{"id": "web", "kind": "web"}], "company": company}
    return FORM.parse(document, allow_loopback=False)


def problems(**company: Any) -> str:
    with pytest.raises(Unprocessable) as refused:
        saved(**company)
    return "\n".join(refused.value.problems)


GOOD = {
    "name": "Lamps of Lyon",
    "accent": "#7a1f5c",
    "logo": svg(),
    "side": "left",
    "privacy_url": "https://lamps.example/privacy",
    "texts": {
        "en": {"greeting": "Hello.", "welcome": "Ask us about lamps."},
        "de": {"left": "Tschüss."},
    },
    "starters": {"fr": ["Quelle ampoule ?"]},
    "help_centre": "open",
    "hours_of": "",
}


def test_a_good_look_is_kept_as_it_is() -> None:
    """What is saved is read back from the stored document, with every field."""
    stored = FORM.decode(FORM.encode(saved(**GOOD)))
    assert FORM.shown(stored)["company"] == GOOD
    assert stored.look_of("web").name == "Lamps of Lyon"


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("name", "a\nb", "company.name: give one line"),
        ("name", "x" * 61, "company.name: 61 characters"),
        ("name", "a\u202eb", "company.name: it has a control character"),
        ("accent", "red", "company.accent: 'red' is no colour"),
        ("accent", "#FFF", "is no colour"),
        ("accent", "#ffee00", "too light to stand out from the page; #"),
        ("side", "top", "company.side"),
        ("privacy_url", "http://lamps.example", "company.privacy_url: give an address"),
        ("privacy_url", "javascript:alert(1)", "company.privacy_url: give an address"),
        ("texts", {"xx": {"greeting": "Hi"}}, "company.texts.xx: use "),
        ("texts", {"en": {"hello": "Hi"}}, "company.texts.en.hello: there is no such text"),
        ("texts", {"en": {"greeting": "{name}"}}, "company.texts.en.greeting: there is no {name}"),
        ("texts", {"en": {"title": "{name}"}}, "company.texts.en.title: there is no {name}"),
        ("hours_of", "desk", "company.hours_of: name a pool that has hours; those are: none yet"),
        ("starters", {"en": ["a"] * 7}, "company.starters.en: 7 questions"),
        ("starters", {"xx": ["a"]}, "company.starters.xx: use "),
        ("starters", {"en": [" "]}, "company.starters.en[0]: give one line"),
        ("colour", "#000000", "company.colour: there is no such field"),
    ],
)
def test_a_wrong_field_is_told_with_its_place(field: str, value: Any, problem: str) -> None:
    """The problem names the field and what is accepted."""
    assert problem in problems(**{field: value})


@pytest.mark.parametrize("logo", [svg(), address("png", png(64, 64))])
def test_a_picture_is_taken(logo: str) -> None:
    """An SVG that only draws and a PNG of a fair size are logos, named by their bytes."""
    assert saved(logo=logo).company.logo == logo
    found = logo_of(logo)
    assert found
    assert found.name.startswith("logo.")


@pytest.mark.parametrize(
    ("logo", "problem"),
    [
        ("https://lamps.example/logo.svg", "give an SVG or PNG"),
        ("data:image/gif;base64,AAAA", "give an SVG or PNG"),
        ("data:image/png;base64,AAA", "give an SVG or PNG"),
        (address("png", b"GIF89a"), "no whole PNG"),
        (address("png", png(2000, 10)), "2000 × 10 pixels"),
        (address("png", png(0, 10)), "0 × 10 pixels"),
        (address("svg+xml", b"x" * 24_001), "24,001 bytes"),
        (address("svg+xml", b"<svg"), "no SVG"),
        (address("svg+xml", b"<html/>"), "no SVG"),
        (address("svg+xml", b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>"), "DOCTYPE"),
        (svg("<script>alert(1)</script>"), "<script>"),
        (svg("<path onclick='x'/>"), "onclick"),
        (svg("<a href='https://x.example'/>"), "<a>"),
        (svg("<path style='fill:url(https://x.example/a)'/>"), "outside of itself"),
        (svg("<style>@import 'x'</style>"), "outside of itself"),
        (svg("<foreignObject/>"), "<foreignobject>"),
    ],
)
def test_a_logo_that_is_more_than_a_picture_is_refused(logo: str, problem: str) -> None:
    """Scripts, addresses, entities, wrong sizes and other types are named."""
    assert f"company.logo: {problem}" in problems(logo=logo) or problem in problems(logo=logo)


def test_a_brand_is_a_channel() -> None:
    """A look of a channel that does not exist, and a wrong field of a brand, are told."""
    document = {
        "channels": [{"id": "web", "kind": "web"}],
        "brands": {"lamps": {}, "web": {"nme": "x"}},
    }
    with pytest.raises(Unprocessable) as refused:
        FORM.parse(document, allow_loopback=False)
    told = "\n".join(refused.value.problems)
    assert "brands.lamps: there is no channel of that id" in told
    assert "brands.web.nme: there is no such field" in told
