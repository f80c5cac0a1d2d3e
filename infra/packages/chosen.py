"""A synthesis gets its packages here: those that are built, those it builds, or stubs.

A template can always be read. It can be deployed only with packages that are whole, compiled and
made of the present sources.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from infra.bytecode import install_compiler
from infra.packages.build import NotCompiled, build, check, stubs
from infra.packages.layout import BUILT, Built, Packages
from infra.refusal import Refused

STUB = "stub"

Say = Callable[[str], None]
Build = Callable[[Path, str, Say], object]
"""Builds the packages of a tier into a folder. Raises Refused."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The packages. `unfit` says why they may not be deployed, and `told` whether to warn of it."""

    packages: Packages
    unfit: str = ""
    told: bool = False


def build_here(into: Path, tier: str, say: Say) -> dict[str, Built]:
    """Build the packages of a tier, after getting what compiles them. Raises Refused."""
    install_compiler(say)
    return build(into, tier=tier)


def choose(
    asked: str | None,
    *,
    tier: str,
    compiled: bool,
    needed: bool,
    say: Say,
    built: Path = BUILT,
    builder: Build = build_here,
) -> Chosen:
    """Return the packages for the CLI's command.

    `asked` is a folder, `stub` or None. `needed` is false where the CLI needs no code, as to list
    or destroy. Stubs replace packages that cannot be built. Raises Refused for a named folder that
    is not fit, because somebody chose the folder.
    """
    if asked == STUB or not needed:
        return _stubs("these packages are stubs, for a template to read", told=False)
    if asked:
        check(Packages(Path(asked)), tier=tier, compiled=compiled)
        return Chosen(Packages(Path(asked)))
    packages = Packages(built)
    try:
        try:
            check(packages, tier=tier, compiled=compiled)
        except Refused:
            say("building the packages; the first time takes about a minute ...")
            builder(built, tier, say)
            check(packages, tier=tier, compiled=compiled)
    except NotCompiled as error:
        return Chosen(packages, str(error), told=True)
    except (Refused, OSError) as error:
        return _stubs(f"the packages could not be built ({error})", told=True)
    return Chosen(packages)


def _stubs(unfit: str, *, told: bool) -> Chosen:
    return Chosen(stubs(Path(tempfile.mkdtemp(prefix="surgeline-stub-"))), unfit, told)
