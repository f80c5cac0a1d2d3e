"""Files that a customer drops or pastes wait in a tray, and go out before their message."""

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
