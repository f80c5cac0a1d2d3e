"""The release is named here: its version, and the commit that it was made from where that is known.

A checkout asks git. An archive of `git archive` carries the commit in this file, because
`.gitattributes` says `export-subst` of it.
"""

import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

ARCHIVED = "$Format:%h$"
ROOT = Path(__file__).parents[1]
_PATIENCE_SECONDS = 5


def release() -> str:
    """Return the version, as `0.1.0+3f2a1bc`. Changes that are not committed add `.changed`."""
    number, commit = version("surgeline"), commit_of(ROOT)
    return f"{number}+{commit}" if commit else number


def commit_of(root: Path, archived: str = ARCHIVED) -> str:
    """Return the commit of an archive or of a checkout, or nothing where neither is known."""
    if not archived.startswith("$"):
        return archived
    if not (root / ".git").exists():  # a folder in somebody else's checkout has their commit
        return ""
    commit = _git(root, "rev-parse", "--short", "HEAD")
    changed = commit and _git(root, "status", "--porcelain", "--untracked-files=no")
    return f"{commit}.changed" if changed else commit


def _git(root: Path, *arguments: str) -> str:
    git = shutil.which("git")
    if git is None:
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - git, with our own arguments
            [git, "-C", str(root), *arguments],
            capture_output=True,
            text=True,
            check=True,
            timeout=_PATIENCE_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
