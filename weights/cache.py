"""This module names the cache folder of this machine; it makes, reads and imports nothing in it."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """Return the folder of the images of encoders' weights."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    # The specification of XDG_CACHE_HOME demands that a relative path is ignored.
    base = Path(named) if Path(named).is_absolute() else Path.home() / ".cache"
    return base / "surgeline" / "weights"
