"""A frozen record is copied with other values, as `dataclasses.replace` copies it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.domain.rewriting import rewritten
from surgeline.domain.thread import Thread

CHANGES = st.fixed_dictionaries(
    {}, optional={"seq": st.integers(), "language": st.none() | st.text(), "zone": st.text()}
)


@given(CHANGES)
def test_a_copy_is_that_of_the_standard_library(changes: dict[str, object]) -> None:
    """A copy has the changed fields, and all others as they were."""
    thread = Thread("t", "web", "somebody", seq=3, links=("a",))
    assert rewritten(thread, **changes) == replace(thread, **changes)  # type: ignore[arg-type]
    assert thread == Thread("t", "web", "somebody", seq=3, links=("a",))


def test_a_field_that_is_not_there_is_refused_by_name() -> None:
    """A name that is no field is refused with the names that are."""
    with pytest.raises(TypeError, match=r"Thread has no field 'colour'; it has id, channel_id"):
        rewritten(Thread("t", "web", "somebody"), colour="red")
