"""`surgeline alert` lists alerts, takes them over, and changes the rules that raise them."""

from collections.abc import Mapping
from typing import Any

import click
from surgeline.domain.alerts.rules import BY_NAME, LEVELS

from cli.api import admin, path
from cli.console import (
    WrongUse,
    admin_key_option,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)


@click.group()
def alert() -> None:
    """List alerts, take them over, and change the rules that raise them.

    An alert is raised once, and is cleared by itself when its number is good again.
    """


@alert.command("list", epilog=example("surgeline alert list", "surgeline alert list --all"))
@click.option("--all", "show_all", is_flag=True, help="Also the cleared ones, and the rules.")
@url_option
@admin_key_option
@json_option
def list_(*, show_all: bool, url: str, admin_key: str | None, as_json: bool) -> None:
    """List the alerts that stand, each with what to do. Exits 0 with and without alerts."""
    found = admin(url, admin_key).get("/v1/admin/alerts")
    if as_json:
        print_json(found)
        return
    for each in found["standing"]:
        click.echo(plain(_line(each)))
    if not found["standing"]:
        click.echo("No alert stands.")
    if show_all:
        _print_rest(found)


@alert.command(epilog=example("surgeline alert acknowledge aqmchs5q4kvrkv2yhd3m7u7mxxe"))
@click.argument("alert_id", metavar="ID")
@url_option
@admin_key_option
@json_option
def acknowledge(*, alert_id: str, url: str, admin_key: str | None, as_json: bool) -> None:
    """Say that you take care of the alert ID, so that the others know.

    The alert stands until its number is good again.
    """
    place = path("admin", "alerts", alert_id, "acknowledge")
    answered = admin(url, admin_key).post(place, {})["alert"]
    if as_json:
        print_json(answered)
        return
    click.echo(f"{plain(answered['acknowledged_by'])} takes care of {plain(answered['key'])}.")


@alert.command(
    "set",
    epilog=example(
        "surgeline alert set oldest_waiting --raise-at 300 --clear-at 120",
        "surgeline alert set queue_length --off",
    ),
)
@click.argument("rule", type=click.Choice(list(BY_NAME)), metavar="RULE")
@click.option("--raise-at", type=float, metavar="N", help="Raise the alert at N or more.")
@click.option("--clear-at", type=float, metavar="N", help="Clear it at N or less.")
@click.option("--for-seconds", type=int, metavar="S", help="Raise it once that lasted so long.")
@click.option("--clear-seconds", type=int, metavar="S", help="Clear it once that lasted so long.")
@click.option("--level", type=click.Choice(LEVELS), help="How much it matters.")
@click.option("--on/--off", "is_on", default=None, help="Judge by this rule, or don't.")
@url_option
@admin_key_option
@json_option
def set_(
    *, rule: str, url: str, admin_key: str | None, as_json: bool, **given: str | float | bool | None
) -> None:
    """Change the rule RULE of alerts. What is not given stays as it is.

    `surgeline alert list --all` shows all rules with their levels.
    """
    fields = {name: each for name, each in given.items() if each is not None}
    if not fields:
        raise WrongUse("give at least one of --raise-at, --clear-at, --level, --on or --off.")
    api = admin(url, admin_key)
    found = api.get("/v1/admin/configuration")
    whole = found["configuration"]
    known = {each["rule"]: each for each in whole.get("alerts", [])}
    known[rule] = {"rule": rule, **known.get(rule, {}), **fields}
    whole["alerts"] = list(known.values())
    api.put("/v1/admin/configuration", whole, headers={"If-Match": found["version"]})
    rules = {each["name"]: each for each in api.get("/v1/admin/alerts")["rules"]}
    if as_json:
        print_json(rules[rule])
        return
    click.echo(_rule(rules[rule]))


def _line(each: Mapping[str, Any]) -> str:
    has_it = f"  ({each['acknowledged_by']} takes care)" if each["acknowledged_by"] else ""
    first = f"{each['level']:<8} since {each['raised_at'][:16]}Z  {each['words']}{has_it}"
    return f"{first}\n         {each['id']}"


def _print_rest(found: Mapping[str, Any]) -> None:
    click.echo("\nCleared, the newest first:")
    for each in found["cleared"]:
        times = f"{each['raised_at'][:16]}Z to {each['cleared_at'][:16]}Z"
        click.echo(plain(f"{times}  {each['words']}"))
    if not found["cleared"]:
        click.echo("none yet")
    click.echo("\nRules:")
    for each in found["rules"]:
        click.echo(_rule(each))


def _rule(rule: Mapping[str, Any]) -> str:
    if not rule["is_on"]:
        return f"{rule['name']:<17} off"
    each = f", for each {rule['of_each']}" if rule["of_each"] else ""
    return (
        f"{rule['name']:<17} {rule['level']}: raised at {_number(rule, 'raise_at')}"
        f"{_held(rule['for_seconds'])}, cleared at {_number(rule, 'clear_at')}"
        f"{_held(rule['clear_seconds'])}{each}"
    )


def _number(rule: Mapping[str, Any], name: str) -> str:
    value = float(rule[name])
    if rule["unit"] == "share":
        return f"{value:.0%}"
    return f"{value:g} s" if rule["unit"] == "seconds" else f"{value:g}"


def _held(seconds: int) -> str:
    return f" for {seconds} s" if seconds else ""
