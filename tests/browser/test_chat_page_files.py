"""Files that a customer drops or pastes wait in a tray, and go out before their message."""

import struct

import pytest
from chromium import Chromium
from fake_server import FakeServer, quiet

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

REFUSED = (
    "This kind of file cannot be sent here. Pictures, recordings, videos, PDF, office documents "
    "and plain text can."
)
MAKE = """
  const carried = new DataTransfer();
  for (const [name, size] of FILES) {
    const bytes = new Uint8Array(size).fill(120);
    bytes.set([0x89, 0x50, 0x4e, 0x47].slice(0, size));
    carried.items.add(new File([bytes], name, { type: name.endsWith('.png') ? 'image/png' : '' }));
  }
"""
DROP = """
(() => {
  MAKE
  const how = { dataTransfer: carried, bubbles: true, cancelable: true };
  const left = (kind) => document.body.dispatchEvent(new DragEvent(kind, how));
  return [left('dragover'), left('drop')];
})()
"""
PASTE = """
(() => {
  MAKE
  const how = { clipboardData: carried, bubbles: true, cancelable: true };
  return document.getElementById('draft').dispatchEvent(new ClipboardEvent('paste', how));
})()
"""

PICTURE = """
(async () => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 40, height: 30 });
  canvas.getContext('2d').fillRect(0, 0, 40, 30);
  const blob = await new Promise((done) => canvas.toBlob(done, 'KIND'));
  return [...new Uint8Array(await blob.arrayBuffer())];
})()
"""
DROP_PHOTO = """
(() => {
  const carried = new DataTransfer();
  carried.items.add(new File([new Uint8Array(BYTES)], 'photo', { type: 'KIND' }));
  document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true }));
})()
"""
GPS = (
    struct.pack(">2sHIHHHIII", b"MM", 42, 8, 1, 0x8825, 4, 1, 26, 0)
    + struct.pack(">HHHI2sHHHIII", 2, 1, 2, 2, b"N", 0, 2, 5, 3, 56, 0)
    + struct.pack(">6I", 37, 1, 33, 1, 59, 1)
)
"""Metadata as a camera writes them: a latitude of 37 degrees, 33 minutes and 59 seconds north."""


def taken_somewhere(kind: str, plain: bytes) -> bytes:
    """Return a picture of that kind with the place where it was taken."""
    if kind == "image/jpeg":
        marked = b"Exif\0\0" + GPS
        return plain[:2] + struct.pack(">2sH", b"\xff\xe1", len(marked) + 2) + marked + plain[2:]
    flagged = struct.pack("<4sIIHBHB", b"VP8X", 10, 8, 39, 0, 29, 0)
    chunks = plain[30:] if plain[12:16] == b"VP8X" else plain[12:]
    extended = flagged + chunks + struct.pack("<4sI", b"EXIF", len(GPS)) + GPS
    return struct.pack("<4sI4s", b"RIFF", len(extended) + 4, b"WEBP") + extended


def with_files(script: str, *files: tuple[str, int]) -> str:
    """Return the script with files of these names and sizes."""
    made = MAKE.replace("FILES", repr([list(each) for each in files]))
    return script.replace("MAKE", made)


def in_tray(page: Chromium, count: int) -> None:
    """Wait until so many files are in the tray."""
    page.until(f"document.querySelectorAll('#tray li').length === {count}")


def test_files_wait_and_go_before_their_message(page: Chromium, server: FakeServer) -> None:
    """A dropped file does not replace the chat; it can be removed; the others are sent, with or
    without words, and shown.
    """
    server.reply = quiet
    assert page.evaluate(with_files(DROP, ("lamp.png", 9), ("note <b>.txt", 5))) == [False, False]
    in_tray(page, 2)
    assert page.axe() == []
    page.click("button", "Remove note <b>.txt")
    in_tray(page, 1)
    assert page.evaluate(with_files(PASTE, ("two.txt", 3))) is False
    in_tray(page, 2)
    page.press("Enter")
    page.until("document.querySelector('.customer[data-state=sent] .file')")
    [post] = server.posted(1)
    assert [each["name"] for each in post["files"]] == ["lamp.png", "two.txt"]
    assert (post["text"], [len(each) for each in server.files]) == ("", [9, 3])
    in_tray(page, 0)
    assert page.axe() == []
    assert [each for each in page.problems() if "415" not in each] == []


@pytest.mark.parametrize("kind", ["image/jpeg", "image/webp"])
def test_a_photo_loses_the_place_where_it_was_taken(
    page: Chromium, server: FakeServer, kind: str
) -> None:
    """The server gets the same picture without what the camera noted."""
    plain = bytes(page.evaluate(PICTURE.replace("KIND", kind)))
    photo = taken_somewhere(kind, plain)
    assert GPS in photo
    page.evaluate(DROP_PHOTO.replace("KIND", kind).replace("BYTES", str(list(photo))))
    in_tray(page, 1)
    page.until("document.querySelector('#tray img').naturalWidth === 40")
    page.press("Tab")
    page.evaluate("document.getElementById('composer').requestSubmit()")
    server.posted(1)
    [stored] = server.files
    assert stored.startswith(b"\xff\xd8")
    assert b"Exif" not in stored
    assert GPS not in stored


def test_what_cannot_go_is_said(page: Chromium, server: FakeServer) -> None:
    """A file that is too large or empty, or one too many, never leaves; a refused one is told."""
    page.evaluate(with_files(DROP, ("film.mp4", 4_000_001)))
    page.sees("film.mp4 is too large. A file may have at most 4 MB.")
    page.evaluate(with_files(DROP, ("none.txt", 0)))
    page.sees(REFUSED)
    page.evaluate(with_files(DROP, *((f"{number}.txt", 1) for number in range(6))))
    page.sees("At most 5 files go with one message.")
    in_tray(page, 5)
    server.refuse["POST files"] = [(415, {})]
    page.press("Tab")
    page.evaluate("document.getElementById('composer').requestSubmit()")
    page.sees(REFUSED)
    page.click("button", "Discard")
    assert (server.posts, server.files) == ([], [])


def test_a_reload_keeps_words_and_tells_of_lost_files(page: Chromium, server: FakeServer) -> None:
    """What was uploaded goes out after a reload; bytes that only the page had are named as lost."""
    server.refuse["POST files"] = [(503, {"Retry-After": "30"})] * 3
    page.evaluate(with_files(DROP, ("lamp.png", 9)))
    in_tray(page, 1)
    page.type("It is broken")
    page.press("Enter")
    page.until("document.querySelector('.customer[data-state=retrying]')")
    page.reload()
    page.sees("A file was lost when this page was loaded again. Please add it again.")
    [post] = server.posted(1)
    assert (post["text"], post.get("files")) == ("It is broken", None)


def test_a_chat_without_files_says_so(page: Chromium, server: FakeServer) -> None:
    """Where the channel takes none, there is no button, and a dropped file is answered in words."""
    server.look["files"] = False
    page.reload()
    assert page.evaluate("document.getElementById('attach').hidden") is True
    page.evaluate(with_files(DROP, ("lamp.png", 9)))
    page.sees("Files cannot be sent in this chat. Please describe what they show.")
