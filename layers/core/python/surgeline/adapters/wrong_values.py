"""Every edge tells here, in the same plain words, the problems that pydantic finds.

The words say what is accepted. They never repeat the value, because it may be a customer's text.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from surgeline.domain.ids import CONVERSATION, NAME, NAME_FORM, OFFER

Place = tuple[int | str, ...]

_NO_FIELD = "there is no such field"
_WHOLE = "must be a whole number"
_TRUTH = "must be true or false"
_OBJECT = "must be a JSON object"
_LIST = "must be a list"
_FORMS: Mapping[str, str] = {
    f"^{CONVERSATION}$": "must be a conversation's id, as the offer has it",
    f"^{OFFER}$": "must be an offer's id, as the offer has it",
    f"^{NAME}$": f"must be a name: {NAME_FORM}",
}
"""The forms of texts, by the pattern that they must match."""


def _choices(context: Mapping[str, Any]) -> str:
    return f"must be {context['expected']}"


def _number(value: float) -> str:
    return f"{int(value) if value == int(value) else value:,}"


def _form(context: Mapping[str, Any]) -> str:
    pattern = str(context["pattern"])
    return _FORMS.get(pattern, f"must match {pattern}")


_WORDS: Mapping[str, str | Callable[[Mapping[str, Any]], str]] = {
    "missing": "is missing",
    "extra_forbidden": _NO_FIELD,
    "unexpected_keyword_argument": _NO_FIELD,
    "string_type": "must be text",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dataclass_type": _OBJECT,
    "literal_error": _choices,
    "string_pattern_mismatch": _form,
    "string_too_short": lambda context: f"must have at least {context['min_length']} characters",
    "string_too_long": lambda context: f"must have at most {context['max_length']:,} characters",
    "too_short": lambda context: f"must have at least {context['min_length']:,} of them",
    "too_long": lambda context: f"must have at most {context['max_length']:,} of them",
    "greater_than": lambda context: f"must be more than {_number(context['gt'])}",
    "less_than": lambda context: f"must be less than {_number(context['lt'])}",
    "greater_than_equal": lambda context: f"must be at least {_number(context['ge'])}",
    "less_than_equal": lambda context: f"must be at most {_number(context['le'])}",
    "value_error": lambda context: str(context["error"]),
}


def wrong_values(error: ValidationError) -> Iterator[tuple[Place, str]]:
    """Yield the place of each wrong value, and what is accepted there.

    A list that is too short only without its wrong entries is not told of.
    """
    found = error.errors(include_input=False, include_url=False)
    for each in found:
        place = each["loc"]
        if each["type"] == "too_short" and any(_is_in(place, other["loc"]) for other in found):
            continue
        words = _WORDS.get(each["type"], "is no value that is accepted here")
        yield place, words if isinstance(words, str) else words(each["ctx"])


def _is_in(outer: Place, inner: Place) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer
