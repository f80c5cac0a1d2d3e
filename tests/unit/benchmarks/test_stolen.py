"""What other tenants of the hardware took of the processors, which a result has to say."""

from benchmarks.load.sampling import processor_ticks, stolen_share


def test_the_share_is_that_of_all_ticks_in_between() -> None:
    """10 of 200 are 5 %; no time at all is none."""
    assert stolen_share((100, 1_000), (110, 1_200)) == 0.05
    assert stolen_share((100, 1_000), (100, 1_000)) == 0


def test_the_machine_s_ticks_are_read() -> None:
    """The kernel counts them, so they only grow."""
    first, second = processor_ticks(), processor_ticks()
    assert first[0] <= second[0]
    assert first[1] <= second[1]
