"""What the load benchmarks say of their figures."""

from xml.etree import ElementTree as ET

import pytest

from benchmarks.load.__main__ import arguments
from benchmarks.load.plot import line_plot
from benchmarks.load.sampling import growth


def sample(at: float, rss_mb: float) -> dict[str, float]:
    return {"at": at, "rss_mb": rss_mb}


def test_growth_is_counted_from_the_end_of_the_warm_up() -> None:
    """Memory use before the end of the warm-up is ignored, and a later peak counts."""
    samples = [sample(0, 10), sample(60, 100), sample(90, 112), sample(120, 104)]
    assert growth(samples, warm_seconds=60) == 0.12
    assert growth(samples, warm_seconds=500) is None


def test_a_plot_is_well_formed_whatever_its_series_are_called() -> None:
    """A plot's SVG parses and has a line a series, and an empty plot still has its axes."""
    drawn = line_plot("a < b", "x", "y", {"R&D": [(0, 1), (30, 250.5)], "other": [(1, 1)]})
    assert len([e for e in ET.fromstring(drawn).iter() if "polyline" in e.tag]) == 2  # noqa: S314 # our own
    assert ET.fromstring(line_plot("empty", "x", "y", {})) is not None  # noqa: S314 # our own


@pytest.mark.parametrize("words", [[], ["--seconds", "3"], ["highest", "--start", "50"]])
def test_without_a_name_it_is_the_highest_rate(words: list[str]) -> None:
    """The highest rate is what `make bench` measures."""
    assert arguments(words).what == "highest"
