"""Scripts and styles travel without our comments, and with all that they do."""

import re
from pathlib import Path

from surgeline.runtime.page_files import COMMENTED, travelling

WEB = Path(__file__).parents[3] / "web"
FILES = sorted(path for path in WEB.rglob("*") if path.suffix in COMMENTED)

SCRIPT = """/** A head
 * of two lines. */
  const a = 1; // stays
  // goes
  /* stays */ const b = "/* stays */";
  /* goes */
  const c = b; /* stays
  because code stood before */
"""
OTHERS = re.compile(r"//.*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|/[^/\n]+/[giu]+")
"""Comments, texts between other quotes, and patterns."""
TRAVELS = """

const a = 1; // stays

/* stays */ const b = "/* stays */";

const c = b; /* stays
because code stood before */
"""


def test_only_comments_on_lines_of_their_own_and_indents_stay_behind(tmp_path: Path) -> None:
    """Each other line is as it was, and has its number."""
    file = tmp_path / "a.js"
    file.write_text(SCRIPT, encoding="utf-8")
    assert travelling(file).decode() == TRAVELS


def test_no_text_of_ours_looks_like_a_comment() -> None:
    """No text between back quotes goes over lines, but for one style, so that none loses a line."""
    for file in FILES:
        bare = travelling(file).decode()
        assert bare.count("\n") == file.read_text("utf-8").count("\n")
        if file.suffix == ".js":
            code = OTHERS.sub("", bare)
            texts = [each for each in re.findall(r"`[^`]*`", code) if "\n" in each]
            assert [each for each in texts if ":host" not in each] == [], file
