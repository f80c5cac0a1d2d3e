"""`surgeline kb traffic` shows what recent questions moved, and holds or releases it."""

from typing import Any

import click

from cli.api import admin, path
from cli.console import admin_key_option, example, json_option, plain, print_json, url_option

SHOWN = 5


@click.command(epilog=example("surgeline kb traffic shop", "surgeline kb traffic shop --hold"))
@click.argument("name")
@click.option(
    "--hold/--follow",
    "held",
    default=None,
    help="--hold lets the rehearsed thresholds stand. --follow lets them follow traffic again.",
)
@url_option
@admin_key_option
@json_option
def traffic(
    *, name: str, held: bool | None, url: str, admin_key: str | None, as_json: bool
) -> None:
    """Show how the questions of recent weeks move what an answer of NAME needs.

    The instance looks once a day, and after each publication. At most the questions of 28 days and
    1,000 conversations count. Reviewed answers come first where there are enough of them.
    """
    api, place = admin(url, admin_key), path("admin", "knowledge", name, "traffic")
    told = api.get(place) if held is None else api.put(place, {"held": held})
    if as_json:
        print_json({"knowledge_base": name, **told})
        return
    for line in _lines(name, told):
        click.echo(plain(line))


def _lines(name: str, told: dict[str, Any]) -> list[str]:
    """Return the state in sentences, and the last changes."""
    if told["held"]:
        lines = [f"{name}: held by an operator. The rehearsed thresholds stand (--follow ends it)."]
    elif told["moves"]:
        moves = zip(told["moves"], told["why"], strict=True)
        lines = [f"{name}, {move['language']}: {why}" for move, why in moves]
    else:
        lines = [f"{name}: the rehearsed thresholds stand. Too few questions were asked so far."]
    if "least" in told:
        said = "By what customers and agents said of answers, an answer needs at least"
        lines.append(f"{name}: {said} {told['least']:.1%}.")
    if told["changes"]:
        lines += ["Last changes:", *(f"  {_change(each)}" for each in told["changes"][:SHOWN])]
    return lines


def _change(change: dict[str, Any]) -> str:
    if "held" in change:
        return f"{change['at']}  {'held' if change['held'] else 'follows traffic again'}"
    if "labels" in change:
        return f"{change['at']}  {change['why'][0]} (version {change['version']})"
    moved = ", ".join(f"{each['language']} {each['threshold']:.1%}" for each in change["moves"])
    return f"{change['at']}  an answer needs {moved} (version {change['version']})"
