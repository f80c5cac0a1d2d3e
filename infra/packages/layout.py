"""The names of the packages are here, with the layers that a function gets on a tier."""

from dataclasses import dataclass
from pathlib import Path

from surgeline.knowledge.answering.index import LEXICAL, TIERS

from infra.topology import Function

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "build" / "packages"

TARGET_PYTHON = "3.14"
PLATFORMS = {"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"}
COMMON_LAYERS = ("core", "dependencies")
FETCHED_LAYERS = ("dependencies", "numpy")
WEIGHTS = "weights"
RUNTIMES = {"sentence": "onnxruntime"}
"""The layer of the libraries that an encoder runs on beyond numpy."""

_MEGABYTE = 1_000_000
LARGEST_FUNCTION_BYTES = 250 * _MEGABYTE
LARGEST_INTAKE_BYTES = 40 * _MEGABYTE
INTAKE = "channel_webhook"


@dataclass(frozen=True, slots=True)
class Packages:
    """A folder of built packages."""

    folder: Path

    def layer(self, name: str) -> Path:
        """Return the zip of a layer."""
        return self.folder / f"layer-{name}.zip"

    def function(self, name: str) -> Path:
        """Return the zip of a function."""
        return self.folder / f"function-{name}.zip"


@dataclass(frozen=True, slots=True)
class Built:
    """A zip, with the hash and the size of its content."""

    sha256: str
    zipped_bytes: int
    unzipped_bytes: int


def handler_of(name: str) -> str:
    """Return the name that Lambda imports and calls in a function's zip."""
    return f"functions.{name}.handler.handler"


def runtimes_of(tier: str) -> tuple[str, ...]:
    """Return the layers that a tier's encoders run on."""
    return tuple(RUNTIMES[encoder] for encoder in TIERS[tier] if encoder in RUNTIMES)


def architecture_of(tier: str) -> str:
    """Return the processors that a deployment runs on: the cheaper ones, where all of it runs.

    onnxruntime has crashed at import in functions on arm64 (its issue 10038).
    """
    return "x86_64" if runtimes_of(tier) else "arm64"


def platform_of(tier: str) -> str:
    """Return the deployment's processors as uv names them."""
    return PLATFORMS[architecture_of(tier)]


def layers_of(function: Function, tier: str = LEXICAL) -> tuple[str, ...]:
    """Return a function's layers. The tier's encoders and their weights come last."""
    own = (*runtimes_of(tier), WEIGHTS) if function.encodes and TIERS[tier] else ()
    return (*COMMON_LAYERS, *function.layers, *own)


def unzipped_bytes(function: Function, built: dict[str, Built], tier: str = LEXICAL) -> int:
    """Return the size that a function and its layers take together, which Lambda limits."""
    names = [f"layer-{name}" for name in layers_of(function, tier)]
    return sum(built[name].unzipped_bytes for name in [*names, f"function-{function.name}"])
