"""The surge controller's state and decisions are told here in sentences for people."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cli.console import counted, plain

Shown = Mapping[str, Any]
MODES: Final = {
    "off": "It is off.",
    "advise": "It advises, and asks nobody.",
    "ask": "It asks a lead before it asks a pool.",
    "act": "It asks pools by itself.",
}
DID: Final = {
    "nothing": "did nothing",
    "advised": "advised",
    "proposed": "proposed",
    "acted": "acted",
}
BOUNDS: Final = {
    "maximum": "A pool's ceiling bounds it.",
    "spend_cap": "A spend cap bounds it.",
    "hold": "People stay for a while before they are let go.",
    "out": "A pool can't be reached.",
}


def of_state(found: Shown) -> Iterator[str]:
    """Yield how the controller stands."""
    if not found["pools"]:
        yield "The controller leads no pool. Name pools in the configuration's surge.pools."
        return
    override = " by an override" if found["mode"] != found["configured_mode"] else ""
    yield f"The controller is in the mode {found['mode']}{override}. {MODES[found['mode']]}"
    cap = "no cap" if found["spend_cap"] is None else f"a cap of {found['spend_cap']:g}"
    yield f"Today it has spent {found['spent']:g}, with {cap}."
    for pool in found["pools"]:
        people = found["asked_for"].get(pool, 0)
        yield f"  {plain(pool)}: asked for {counted(people, 'person').replace('persons', 'people')}"
    for each in found["overrides"]:
        yield plain(_override(each))
    if found["proposal"] is not None and found["proposal"]["approved_by"] is None:
        until = found["proposal"]["until"][11:16]
        yield f"It proposes the following, until {until}. `surgeline controller approve` says yes:"
        yield from (f"  {of_act(each)}" for each in found["proposal"]["acts"])
    if found["decision"] is not None:
        yield from of_decision(found["decision"], with_prices=True)


def of_decision(found: Shown, *, with_prices: bool) -> Iterator[str]:
    """Yield a decision with its reasons, and its price list if that is asked for."""
    by = f", approved by {found['by']}" if found["by"] else ""
    yield plain(f"{found['at'][:16]}Z  {DID[found['did']]}{by}")
    yield from (f"  {of_act(each)}" for each in found["acts"])
    yield from (plain(f"  because {each}") for each in found["why"])
    facts = found["facts"]
    source = "the forecast" if facts["is_forecast"] else "the last minutes"
    yield (
        f"  {facts['contacts_per_hour']:g} an hour by {source} times {facts['live_factor']:g},"
        f" {facts['waiting']} waiting, {facts['on_shift']:g} on shift,"
        f" {sum(facts['here'].values())} from outside, {facts['spent']:g} spent"
    )
    if found["bound"] in BOUNDS:
        yield f"  {BOUNDS[found['bound']]}"
    if with_prices and found["prices"]:
        yield "  from outside   joined in time   give up   cost an hour"
        for each in found["prices"]:
            yield (
                f"  {each['people']:>12}   {each['service_level']:>13.0%}"
                f"   {each['abandoned']:>7.0%}   {each['cost_per_hour']:>12g}"
            )


def of_act(act: Shown) -> str:
    """Return one act in a sentence."""
    more = f"{act['change']:+d}"
    return plain(f"{act['pool']}: {act['people']} people in all ({more}), {act['why']}")


def _override(each: Shown) -> str:
    what = f"{each['pool']} has {each['people']} people" if each["pool"] else f"mode {each['mode']}"
    return f"Override until {each['until'][:16]}Z: {what}. {each['by']}: {each['reason']}"
