"""The packages are built here, and checked whether they can be deployed.

Wheels are fetched for the target, not for this machine, and compiled for it (`infra.bytecode`). The
same inputs give the same bytes.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from surgeline.knowledge.answering.index import LEXICAL, TIERS
from surgeline.knowledge.encoders.weights import image_name

from infra.bytecode import find_compiler
from infra.packages.fetched import Fetch, Target, fetch_wheels, fetched_layer
from infra.packages.layout import (
    FETCHED_LAYERS,
    RUNTIMES,
    TARGET_PYTHON,
    WEIGHTS,
    Built,
    Packages,
    platform_of,
    runtimes_of,
)
from infra.packages.sources import core_files, digest_of_all, function_files
from infra.packages.zips import FUNCTIONS_AT, LAYERS_AT, Zip, make_zips, write_zip
from infra.refusal import Refused
from infra.topology import SURGELINE, Topology
from weights import fetch as weights

MANIFEST = "manifest.json"


class PackagesMissing(Refused):
    """The packages are not built yet, or not in a state to be deployed."""


class NotCompiled(PackagesMissing):
    """The packages are whole except for their bytecode."""


Images = Callable[[str], list[tuple[str, bytes]]]
"""Returns the images of a tier's weights, each with its name in the layer."""


def fetched_images(tier: str) -> list[tuple[str, bytes]]:
    """Return the images of a tier's weights, and fetch missing ones first. Raises Refused."""
    try:
        return [
            (f"{WEIGHTS}/{image_name(needed)}", weights.image(weights.PUBLISHED[needed], print))
            for needed in TIERS[tier]
        ]
    except weights.WeightsUnavailable as error:
        raise Refused(str(error)) from error


def build(
    into: Path,
    *,
    python: str = TARGET_PYTHON,
    platform: str | None = None,
    layers: Sequence[str] | None = None,
    tier: str = LEXICAL,
    system: Topology = SURGELINE,
    fetch: Fetch = fetch_wheels,
    images: Images = fetched_images,
) -> dict[str, Built]:
    """Build the packages, and keep a layer that was fetched before from the same lists.

    `platform` is the platform of the tier's deployment, unless another is named. `layers` are the
    fetched layers (None: all that the tier needs). Raises Refused where a part is not available.
    """
    into.mkdir(parents=True, exist_ok=True)
    # Parts of another tier, and parts that fail to be built now, must not count as whole.
    (into / MANIFEST).unlink(missing_ok=True)
    inputs = digest_of_all(system, tier, python)
    compiler = find_compiler(python)
    packages = Packages(into)
    built = {}
    target = Target(python, platform or platform_of(tier))
    for name in (*FETCHED_LAYERS, *runtimes_of(tier)) if layers is None else layers:
        built[f"layer-{name}"] = fetched_layer(packages, name, target, compiler, fetch)
    if TIERS[tier]:
        built[f"layer-{WEIGHTS}"] = write_zip(packages.layer(WEIGHTS), images(tier))
    ours = [Zip(packages.layer("core"), LAYERS_AT, list(core_files()))]
    for function in system.functions:
        files = list(function_files(function))
        ours.append(Zip(packages.function(function.name), FUNCTIONS_AT, files))
    built |= make_zips(ours, compiler)
    manifest = {
        "python": python,
        "platform": target.platform,
        "compiled": compiler is not None,
        "tier": tier,
        "inputs": inputs,
        "packages": {name: asdict(each) for name, each in sorted(built.items())},
    }
    (into / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")
    return built


def check(
    packages: Packages,
    *,
    tier: str | None = None,
    compiled: bool = True,
    system: Topology = SURGELINE,
) -> None:
    """Raise PackagesMissing, which says what to do, unless the packages can be deployed.

    `tier` is the tier that the packages need (None: any). Without `compiled`, bytecode is not
    required. Packages that lack only bytecode raise NotCompiled.
    """
    try:
        known = json.loads((packages.folder / MANIFEST).read_text())
    except FileNotFoundError:
        raise PackagesMissing("the packages are not built; run: python -m infra.packages") from None
    built_for = known.get("tier", LEXICAL)
    if tier is not None and (built_for, known["platform"]) != (tier, platform_of(tier)):
        raise PackagesMissing(
            f"the packages are for another tier; run: python -m infra.packages --tier {tier}"
        )
    if known.get("inputs") != digest_of_all(system, built_for, known["python"]):
        raise PackagesMissing(
            "the packages are of other sources than these; run: python -m infra.packages"
        )
    if compiled and not known["compiled"]:
        raise NotCompiled(
            "the packages have no bytecode, so that every cold start would compile them; "
            "run: make packages (or deploy without bytecode: -c compiled=no)"
        )


def stubs(into: Path, system: Topology = SURGELINE) -> Packages:
    """Return packages that hold one line each, for templates that nobody deploys."""
    into.mkdir(parents=True, exist_ok=True)
    packages = Packages(into)
    layers = ("core", *FETCHED_LAYERS, *RUNTIMES.values(), WEIGHTS)
    names = [packages.layer(name) for name in layers]
    names += [packages.function(function.name) for function in system.functions]
    for path in names:
        write_zip(path, [("stub.txt", f"{path.name} is not built\n".encode())])
    return packages
