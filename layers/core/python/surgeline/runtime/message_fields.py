"""The fields of a customer's message are read here, for every channel whose body is JSON."""

from collections.abc import Mapping

from surgeline.domain.plain_text import plain_text, says_something
from surgeline.errors import BadRequest
from surgeline.runtime.strict_json import int_field, text_field

MAX_TEXT = 10_000
MAX_SENDER = 256
MAX_LANGUAGE = 35
MAX_ATTACHMENTS = 100


def words_of(body: Mapping[str, object], *, attachments: int = 0) -> str:
    """Return the text of a message as plain text.

    Raises BadRequest for a text without visible characters, unless attachments came with it.
    """
    text = plain_text(text_field(body, "text", max_chars=MAX_TEXT, min_chars=0))
    if not attachments and not says_something(text):
        raise BadRequest("text must say something where no attachment comes with it", field="text")
    return text


def language_of(body: Mapping[str, object]) -> str | None:
    """Return the language that the channel names, or None."""
    return text_field(body, "language", max_chars=MAX_LANGUAGE, required=False)


def attachments_of(body: Mapping[str, object]) -> int:
    """Return how many attachments came with the message."""
    return int_field(body, "attachments", maximum=MAX_ATTACHMENTS, required=False) or 0
