"""The cost of a service's vectors is calculated here, by tokens and list prices."""

import json
from collections.abc import Mapping
from typing import Final

from infra.prices.list_prices import PRICES

USUAL_TOKENS: Final = 45
"""A usual message has so many, in its sentences and as a whole: an assumption, as a profile's
times are."""
TOKENS_A_PHRASING: Final = 15
"""A usual phrasing has so many: an assumption too."""


def embedders() -> Mapping[str, float]:
    """Return the price of a token in USD, of each model that is known."""
    found: dict[str, float] = json.loads(PRICES.read_text())["bedrock_embedding_tokens"]
    return found


def tokens_for(model: str, usd: int) -> int:
    """Return how many tokens so many USD pay for."""
    return round(usd / embedders()[model])


def embedding_usd_a_million(model: str) -> float:
    """Return what a million messages cost more."""
    return embedders()[model] * USUAL_TOKENS * 1_000_000


def embedding_usd_a_thousand_phrasings(model: str) -> float:
    """Return what a publication of a thousand phrasings costs."""
    return embedders()[model] * TOKENS_A_PHRASING * 1_000
