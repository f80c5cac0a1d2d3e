"""A channel of somebody's own, which no registry names, is held to the same list as the others.

Here it plays a few behaviours. `make explore` plays all of them (decision 0471).
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functions.channels import test_conformance_in as suite_in
from tests.functions.channels import test_conformance_media as suite_media
from tests.functions.channels import test_conformance_out as suite_out
from tests.functions.channels.conftest import home_of
from tests.functions.channels.driver import Driver
from tests.functions.toys.harbour.driver import HarbourDriver

PLAYED = (
    suite_in.test_a_foreign_signature_is_refused,
    suite_in.test_an_edit_is_read,
    suite_media.test_an_articles_picture_is_shown,
    suite_out.test_a_persons_words_arrive,
)


@pytest.mark.parametrize("behaviour", PLAYED, ids=lambda each: each.__name__)
def test_the_example_is_held_to_the_list(
    behaviour: Callable[[Driver], None], tmp_path: Path
) -> None:
    """The example of the documentation does as every channel does."""
    home = home_of(HarbourDriver, tmp_path)
    behaviour(HarbourDriver(home))
    home.close()
