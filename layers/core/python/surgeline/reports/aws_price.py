"""The estimate of what AWS takes stands here, as `surgeline cost` reckons it for this release.

A test holds the numbers to that command: list prices of us-east-1, one message a batch, and an idle
month. Two messages make a conversation.
"""

from typing import Final

from surgeline.reports.report import AwsPrice

USD_PER_CONVERSATION: Final = 2 * 10.41 / 1_000_000
USD_PER_DAY: Final = 0.72 / 30


def aws_price(usd_rate: float) -> AwsPrice:
    """Return the estimate in a currency of which a US dollar costs so much."""
    return AwsPrice(USD_PER_CONVERSATION * usd_rate, USD_PER_DAY * usd_rate)
