"""Where this machine keeps what can be fetched again; nothing here makes, reads or imports it."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """The folder of the images of encoders' weights."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    # The specification of that variable: a relative path is to be ignored.
    base = Path(named) if Path(named).is_absolute() else Path.home() / ".cache"
    return base / "surgeline" / "weights"
