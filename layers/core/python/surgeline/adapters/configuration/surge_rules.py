"""The rules for the surge controller's part of the configuration live here."""

from collections.abc import Iterator

from surgeline.adapters.configuration.rules import DAY_SECONDS, out_of_bounds
from surgeline.application.configuration import Configuration
from surgeline.domain.surge.policy import Led, SurgePolicy

MOST_AT_ONCE = 10
_POLICY_BOUNDS: dict[str, tuple[float, float]] = {
    "target": (0.01, 0.99),
    "within_seconds": (0, DAY_SECONDS),
    "patience_seconds": (1, DAY_SECONDS),
    "minimum": (0, 10_000),
    "spend_cap": (0, 1e9),
    "clear_seconds": (10, DAY_SECONDS),
    "hold_seconds": (60, DAY_SECONDS),
    "calm_seconds": (0, DAY_SECONDS),
}
_LED_BOUNDS: dict[str, tuple[float, float]] = {
    "most": (1, 100_000),
    "spend_cap": (0, 1e9),
    "start_up_seconds": (0, DAY_SECONDS),
    "minimum_seconds": (0, DAY_SECONDS),
}

_ROTA_BOUNDS: dict[str, tuple[float, float]] = {
    "cost_per_hour": (0, 1e9),
    "most": (1, 100),
    "spend_cap": (0, 1e9),
}


def surge_problems(configuration: Configuration) -> Iterator[str]:
    """Yield the problems of the surge controller's policy over the configured pools."""
    policy = configuration.surge
    yield from out_of_bounds("surge", policy, _POLICY_BOUNDS)
    yield from _handle_problems("surge", policy)
    if not policy.handle_seconds:
        yield "surge.handle_seconds: give the handle time in seconds, as in [480]"
    names = [each.pool for each in policy.pools]
    for number, led in enumerate(policy.pools):
        place = f"surge.pools[{number}]"
        yield from out_of_bounds(place, led, _LED_BOUNDS)
        yield from _handle_problems(place, led)
        if names.count(led.pool) > 1:
            yield f"{place}.pool: the pool {led.pool!r} stands twice"
        yield from _pool_problems(place, led, configuration)
    rotas = {each.id for each in configuration.on_call.rotas}
    for number, called in enumerate(policy.rotas):
        place = f"surge.rotas[{number}]"
        yield from out_of_bounds(place, called, _ROTA_BOUNDS)
        if called.rota not in rotas:
            yield f"{place}.rota: there is no rota {called.rota!r}"


def _pool_problems(place: str, led: Led, configuration: Configuration) -> Iterator[str]:
    if led.pool not in configuration.ids("pools"):
        yield f"{place}.pool: there is no pool {led.pool!r}"
        return
    known = next((each for each in configuration.pools if each.id == led.pool), None)
    if known is not None and known.drill:
        yield f"{place}.pool: the pool {led.pool!r} is for drills; the controller leads real pools"
    elif known is not None and not known.elastic:
        yield (
            f"{place}.pool: the pool {led.pool!r} can't be asked for people; give it maximum_seats"
        )


def _handle_problems(place: str, part: SurgePolicy | Led) -> Iterator[str]:
    if len(part.handle_seconds) > MOST_AT_ONCE:
        yield f"{place}.handle_seconds: more than {MOST_AT_ONCE} chats at a time"
    for number, seconds in enumerate(part.handle_seconds):
        if not 1 <= seconds <= DAY_SECONDS:
            yield f"{place}.handle_seconds[{number}]: {seconds} is not between 1 and 86,400"
