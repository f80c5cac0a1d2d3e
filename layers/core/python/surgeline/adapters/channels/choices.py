"""The choices of a message are written here, in the one form that every device shows."""

from collections.abc import Iterable, Mapping, Sequence

from surgeline.adapters.channels.text import unmarked


def labels_of(message: Mapping[str, object]) -> list[str]:
    """Return the labels of a message's choices."""
    choices = message.get("choices")
    listed = choices if isinstance(choices, Sequence) else ()
    return [str(each["label"]) for each in listed if isinstance(each, Mapping)]


def numbered_text(message: Mapping[str, object], also: Iterable[str] = ()) -> str:
    """Return the text of a message, with further words and its numbered choices below."""
    labels = labels_of(message)
    numbered = "\n".join(f"{number}. {label}" for number, label in enumerate(labels, 1))
    return "\n\n".join(filter(None, (unmarked(str(message["text"])), *also, numbered)))
