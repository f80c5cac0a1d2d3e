"""Pools that work in tools of their own, such as a mailbox or Slack, are added and checked here."""

from collections.abc import Iterable, Mapping
from typing import Any

import click

from cli.api import Api, path
from cli.channel_fields import fields_of
from cli.console import WrongUse, plain, print_json
from cli.endpoints import meant, told_by_flags

TOOLS = ("email", "slack", "chatwoot", "zendesk", "zendesk-messaging")
"""The ways to reach a pool that are tools, in the order in which help names them."""
LISTS = ("people",)
"""The settings of a tool that may be given several times."""


def settings_of(given: Iterable[str]) -> dict[str, Any]:
    """Return the settings by name. Raises WrongUse."""
    found: dict[str, Any] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise WrongUse("--setting: give NAME=VALUE.")
        if name in LISTS:
            found.setdefault(name, []).append(value)
        elif name in found:
            raise WrongUse(f"--setting {name}: it is given twice.")
        else:
            found[name] = value
    return found


def add_tool(
    pool_id: str,
    wanted: Mapping[str, Any],
    fields: Iterable[str],
    api: Api,
    *,
    public_url: str | None,
    replace: bool,
    as_json: bool,
) -> None:
    """Define the pool ID, and print the steps that remain in its tool."""
    body = dict(wanted)
    if given := fields_of(fields):
        body |= {"fields": given, "public_url": (public_url or api.url).rstrip("/")}
    with told_by_flags({}):
        answer = api.put(path("admin", "pools", pool_id) + meant(replace=replace), body)
    hook_url = answer.get("hook_url")
    steps = [str(each).replace("{hook_url}", str(hook_url)) for each in answer["steps"]]
    if as_json:
        print_json({"pool": answer["pool"], "hook_url": hook_url, "steps": steps})
        return
    tool = answer["pool"]["reached_by"]
    at = f", and takes the tool's events at {hook_url}" if hook_url else ""
    click.echo(f"Pool {pool_id} is offered conversations in its own tool ({tool}){at}")
    for number, step in enumerate(steps, 1):
        click.echo(f"{number}. {step}")
    click.echo(f"Then try it: surgeline pool check {pool_id}")


def check_tool(pool_id: str, api: Api, *, as_json: bool) -> bool:
    """Try the tool of the pool ID, and return whether everything that could be tried is right."""
    answer = api.post(path("admin", "pools", pool_id, "check"), {})
    if as_json:
        print_json(answer)
    else:
        for each in answer["findings"]:
            mark = "ok     " if each["ok"] else "missing"
            said = str(each["said"]).replace("rotate ID", f"rotate {pool_id}")
            click.echo(plain(f"{mark} {each['name']}: {said}"))
    return all(each["ok"] for each in answer["findings"])
