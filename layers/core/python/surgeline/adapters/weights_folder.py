"""Images of encoders' weights lie in a folder: a layer, or the cache of `surgeline kb weights`."""

from collections.abc import Callable
from pathlib import Path

from surgeline.knowledge.encoders.weights import WrongWeights, image_name


def images_in(folder: str) -> Callable[[str], bytes]:
    """Return a reader of encoders' images in the folder.

    The reader raises WrongWeights for an absent image.
    """

    def read(encoder: str) -> bytes:
        try:
            return (Path(folder) / image_name(encoder)).read_bytes()
        except (OSError, KeyError) as error:
            raise WrongWeights(f"no weights for {encoder!r} in {folder}") from error

    return read
