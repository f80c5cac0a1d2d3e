"""A file is what its bytes say, and nothing that a browser could run is kept or given out."""

import pytest
from surgeline.application.media.kept import headers_of, type_of
from surgeline.domain.media.files import MediaPlace

from local.simulators.providers.files import PICTURE

PLACE = MediaPlace("t" + "a" * 26, "f" + "b" * 26)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (PICTURE, "image/png"),
        (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        (b"GIF89arest", "image/gif"),
        (b"RIFF\0\0\0\0WEBPrest", "image/webp"),
        (b"\0\0\0\x18ftypheicrest", "image/heic"),
        (b"\0\0\0\x18ftypmp42rest", "video/mp4"),
        (b"\0\0\0\x18ftypM4A rest", "audio/mp4"),
        (b"OggSrest", "audio/ogg"),
        (b"#!AMR\nrest", "audio/amr"),
        (b"%PDF-1.7", "application/pdf"),
        (b"PK\x03\x04 word/document.xml", _DOCX := "application/vnd.openxmlformats-officedocument."
         "wordprocessingml.document"),
        (b"PK\x03\x04 holiday.jpg", "application/zip"),
        ("Grüße, 안녕\n".encode(), "text/plain; charset=utf-8"),
    ],
)  # fmt: skip
def test_a_file_that_people_send_is_known_by_its_bytes(body: bytes, media_type: str) -> None:
    """The type is that of the first bytes."""
    found = type_of(body)
    assert found is not None
    assert found.media_type == media_type


@pytest.mark.parametrize(
    "body",
    [
        b"<svg onload='x()'/>",
        b"\xef\xbb\xbf  <!DOCTYPE html><script>",
        b"<?xml version='1.0'?>",
        b"#!/bin/sh\n",
        b"MZ\x90\x00\x03",
        b"\x7fELF\x02",
        b"\xfe\xff\x00<",
        b"RIFF\0\0\0\0WHAT",
        b"text with \x00 in it",
        b"",
    ],
)
def test_what_could_run_or_nobody_knows_is_not_kept(body: bytes) -> None:
    """Markup, scripts, programs and unknown bytes have no type."""
    assert type_of(body) is None


def test_only_pictures_are_shown_in_place() -> None:
    """A file has a name of ours and is downloaded, unless it is a picture; nothing in it runs."""
    picture, pdf = type_of(PICTURE), type_of(b"%PDF-1.7")
    assert picture is not None
    assert pdf is not None
    shown, loaded = headers_of(PLACE, picture), headers_of(PLACE, pdf)
    assert shown["content-disposition"] == 'inline; filename="fbbbbbbbb.png"'
    assert loaded["content-disposition"] == 'attachment; filename="fbbbbbbbb.pdf"'
    assert shown["content-security-policy"] == "default-src 'none'; sandbox"
