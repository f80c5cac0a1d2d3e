"""The files that simulated customers send stand here, with the form of a provider's answers."""

import base64
import json
from typing import Any

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
"""A picture of one pixel."""
File = tuple[int, bytes]
"""The status and the body of an answer to a request for a file."""


def json_file(status: int, said: Any) -> File:  # noqa: ANN401 # any JSON
    """Return an answer that is JSON, as a provider gives it before or in place of a file."""
    return status, json.dumps(said).encode()
