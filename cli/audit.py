"""`surgeline audit` says who changed what, from pages, commands and the API alike."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import click

from cli.api import admin
from cli.console import (
    DateOrMoment,
    admin_key_option,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)

_PARAMETER = re.compile(r"\{\w+\}")


@click.command(epilog=example("surgeline audit", "surgeline audit --since 2d --json"))
@click.option(
    "--since", type=DateOrMoment(), help="From this time on. The last 30 days, if not given."
)
@url_option
@admin_key_option
@json_option
def audit(*, since: str | None, url: str, admin_key: str | None, as_json: bool) -> None:
    """List each change with its time, the person or key, and the answer, the newest first.

    At most 1,000 changes and 31 days are shown. A change without an answer was cut off.
    """
    query = f"?{urlencode({'since': since})}" if since else ""
    acts = admin(url, admin_key).get(f"/v1/admin/audit{query}")["acts"]
    if as_json:
        print_json(acts)
        return
    for each in acts:
        click.echo(plain(_line(each)))
    if not acts:
        click.echo("Nothing was changed in that time.")


def _line(act: Mapping[str, Any]) -> str:
    status = "cut off" if act["status"] is None else act["status"]
    reason = f'  "{act["reason"]}"' if act["reason"] else ""
    done = _PARAMETER.sub(lambda _: str(act["target"]), act["act"], count=1)
    return f"{act['at'][:19]}Z  {act['who']:<24} {done}  {status}{reason}"
