"""A message's text is written here with all that stands below it, as every device shows it."""

from collections.abc import Mapping, Sequence

from surgeline.adapters.channels.text import unmarked


def labels_of(message: Mapping[str, object]) -> list[str]:
    """Return the labels of a message's choices."""
    choices = message.get("choices")
    listed = choices if isinstance(choices, Sequence) else ()
    return [str(each["label"]) for each in listed if isinstance(each, Mapping)]


def own_text(message: Mapping[str, object], also: Sequence[str]) -> str:
    """Return the text of a message, or nothing where further words below it say the same.

    A message of files alone has their names as its text.
    """
    text, listed = str(message["text"]), message.get("attached")
    files = listed if also and isinstance(listed, Sequence) else ()
    names = [each.get("title") for each in files if isinstance(each, Mapping)]
    return "" if names and text == ", ".join(map(str, names)) else unmarked(text)


def numbered_text(message: Mapping[str, object], also: Sequence[str] = ()) -> str:
    """Return the text of a message, with further words and its numbered choices below."""
    labels = labels_of(message)
    numbered = "\n".join(f"{number}. {label}" for number, label in enumerate(labels, 1))
    return "\n\n".join(filter(None, (own_text(message, also), *also, numbered)))
