"""Every effect has exactly one carrier, and two carriers of one effect are refused."""

from typing import get_args

import pytest
from surgeline.application.conversations.effects import CARRIERS
from surgeline.domain.effects import Effect
from surgeline.domain.turn import joined


def test_every_effect_has_exactly_one_carrier() -> None:
    """An effect without a carrier would be lost, or keep its event coming back."""
    carried = [kind for carrier in CARRIERS for kind in carrier.CARRIES]
    assert sorted(each.__name__ for each in carried) == sorted(
        each.__name__ for each in get_args(Effect)
    )


def test_two_carriers_of_one_effect_are_refused() -> None:
    """The one that was joined last would win in silence."""
    with pytest.raises(ValueError, match="two"):
        joined(CARRIERS[0].CARRIES, CARRIERS[0].CARRIES)
