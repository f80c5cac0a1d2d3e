"""`python -m benchmarks waits [DAYS]` says how good the estimates of waits are, beside others'."""

import sys

from benchmarks.waits.day import SCENES
from benchmarks.waits.measure import GUESSES, Marks, first_days, measured, together
from benchmarks.waits.shipped import scenes as shipped

DAYS = 50
LEAST_TOLD = 200
"""A shipped day on which fewer bounds are known to have held or not says nothing of a share."""
BETTER, LEAST, MOST = 0.25, 0.75, 0.85
BELIEFS = (1.0, 0.77, 1.3)
"""How long conversations are taken to be, as a share of the truth."""


def row(marks: Marks) -> str:
    """Return the marks of a scene as one line."""
    errors = "  ".join(f"{marks.errors[name]:>6.1f}" for name in GUESSES)
    if not marks.bounded:
        return f"  {marks.scene:<32} {marks.waited:>7,}  so few waited that no time was told"
    return (
        f"  {marks.scene:<32} {marks.waited:>7,}  {errors}"
        f"   {marks.coverage:>5.1%}  {marks.coverage_of_all:>5.1%}"
    )


def problems(scenes: list[Marks], whole: Marks) -> list[str]:
    """Return the targets that were missed."""
    missed = [
        f"the error is only {whole.better_than(name):.0%} less than that of {name}"
        for name in GUESSES[1:]
        if whole.better_than(name) < BETTER
    ]
    return missed + outside(scenes)


def outside(scenes: list[Marks]) -> list[str]:
    """Return the scenes in which too few or too many waits were within the bound."""
    return [
        f"{each.scene}: {each.coverage:.1%} of the waits were within the bound"
        for each in scenes
        if not LEAST <= each.coverage <= MOST
    ]


def main() -> int:
    """Measure every scene under every belief, and return 1 if a target is missed."""
    days = int(sys.argv[1]) if len(sys.argv) > 1 else DAYS
    missed: list[str] = []
    for believed in BELIEFS:
        scenes = [measured(scene, days, believed=believed) for scene in SCENES]
        whole = together(scenes)
        print(f"\nA conversation is taken to last {believed:.0%} of its true length, {days} days")
        print(f"  {'root mean squared error, seconds':<41} " + "  ".join(GUESSES))
        print("\n".join(map(row, [*scenes, whole])))
        if believed == 1.0:
            less = ", ".join(f"{whole.better_than(n):.0%} than {n}" for n in GUESSES[1:])
            print(f"  our error is less by {less}")
            missed += problems(scenes, whole)
        else:
            missed += outside(scenes)
        days_alone = [first_days(scene, days, believed=believed) for scene in shipped()]
        print("  each shipped day as a pool's first day, with nothing learned before")
        print("\n".join(map(row, days_alone)))
        missed += outside([each for each in days_alone if each.judged >= LEAST_TOLD])
    print("\n".join(["", *(f"MISSED {each}" for each in missed)] if missed else ["", "ok"]))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
