"""The numbers that several reports need are made here: percentiles, shares and their bounds."""

from collections.abc import Iterable, Mapping, Sequence

from surgeline.domain.shares import bounds


def percentiles(values: Sequence[int], ranks: Sequence[int]) -> Mapping[str, int | None]:
    """Return each percentile by its nearest rank, which is one of the values."""
    ordered = sorted(values)
    found: dict[str, int | None] = {"count": len(ordered)}
    for rank in ranks:
        found[f"p{rank}"] = ordered[-(-rank * len(ordered) // 100) - 1] if ordered else None
    return found


def in_seconds(found: Mapping[str, int | None]) -> dict[str, float | int | None]:
    """Return percentiles of milliseconds as those of seconds."""
    return {
        name: value if name == "count" or value is None else value / 1000
        for name, value in found.items()
    }


def between(begin: int | None, end: int | None) -> Iterable[int]:
    """Return the time between two moments, if both are known. A clock may have jumped back."""
    return () if begin is None or end is None else (max(0, end - begin),)


def share(part: int, whole: int) -> dict[str, float | int | None]:
    """Return a share of so many cases, with the bounds that the number of cases allows.

    The bounds are those of Wilson. Of no cases there is no share, and the bounds are 0 and 1.
    """
    low, high = bounds(part, whole)
    found = round(part / whole, 4) if whole else None
    return {"of": whole, "count": part, "share": found, "low": low, "high": high}
