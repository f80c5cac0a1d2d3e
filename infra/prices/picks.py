"""The cost of a model that picks among candidates is calculated here, by tokens and list prices."""

import json
import re
from collections.abc import Mapping
from typing import Final

from infra.prices.list_prices import PRICES

MOST_TOKENS_IN: Final = 9_500
"""A request has at most 4,000 characters of question and articles. A Korean one may be two tokens
each."""
MOST_TOKENS_OUT: Final = 64
USUAL_TOKENS_IN: Final = 1_100
USUAL_TOKENS_OUT: Final = 25
"""A usual request and its answer: assumptions, as a profile's times are."""
UNDECIDED: Final = 0.35
"""The share of messages about which a model is asked: an assumption too."""

_AREA = re.compile(r"^(?:us|eu|apac|global)\.")
_REHEARSAL: Final = 120


def models() -> Mapping[str, Mapping[str, float]]:
    """Return the prices of a token in and out, in USD, of each model that is known."""
    found: dict[str, Mapping[str, float]] = json.loads(PRICES.read_text())["bedrock_tokens"]
    return found


def plain_model(model: str) -> str:
    """Return the model behind an inference profile of an area, such as `eu.`; others stay."""
    return _AREA.sub("", model)


def picks_for(model: str, usd: int) -> int:
    """Return how many picks so many USD pay for, if each is as long as a pick can be."""
    return int(usd / _usd(model, MOST_TOKENS_IN, MOST_TOKENS_OUT))


def usd_a_million(model: str) -> float:
    """Return what a million messages cost more, of which the usual share is asked about."""
    return _usd(model, USUAL_TOKENS_IN, USUAL_TOKENS_OUT) * UNDECIDED * 1_000_000


def usd_a_rehearsal(model: str) -> float:
    """Return the most that the rehearsal of one version costs in one language."""
    return _usd(model, USUAL_TOKENS_IN, USUAL_TOKENS_OUT) * _REHEARSAL


def _usd(model: str, tokens_in: int, tokens_out: int) -> float:
    price = models()[plain_model(model)]
    return price["in"] * tokens_in + price["out"] * tokens_out
