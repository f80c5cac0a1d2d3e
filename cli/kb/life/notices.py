"""`surgeline kb notices` shows the changes that people were told, and who has read them."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from cli.api import admin, path
from cli.console import (
    admin_key_option,
    counted,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)

KINDS = {
    "published": "published",
    "rolled_back": "an earlier version answers again",
    "states": "other states",
}
UNKNOWN = "an earlier release built one of the versions, so the differences can't be shown"


@click.command(epilog=example("surgeline kb notices shop"))
@click.argument("name")
@url_option
@admin_key_option
@json_option
def notices(*, name: str, url: str, admin_key: str | None, as_json: bool) -> None:
    """Show which changes of NAME people were told, and who has not read them.

    Agents read them in the console, and pools over webhooks say that their people have.
    """
    found = admin(url, admin_key).get(path("admin", "knowledge", name, "notices"))
    if as_json:
        print_json(found)
        return
    for each in found["notices"]:
        for line in _lines(each):
            click.echo(plain(line))
    click.echo(counted(len(found["notices"]), "notice"))
    if tools := found["told_in_tools"]:
        click.echo(plain(f"teams that say nothing back: {', '.join(tools)}"))


def _lines(notice: Mapping[str, Any]) -> Iterator[str]:
    important = ", important" if notice["important"] else ""
    yield f"{notice['changed_at']}  {KINDS[notice['kind']]}{important}"
    for each in notice["articles"]:
        kind = " -> ".join(each["state"]) if each["state"] else each["kind"]
        why = f" ({each['who']}: {each['reason']})" if each["who"] else ""
        yield f"  {each['article_id']}: {kind}{why}"
    if notice["more"]:
        yield f"  and {notice['more']} more"
    if not notice["known"]:
        yield f"  {UNKNOWN}"
    for words, names in (("not read by", notice["unread"]), ("read by", notice["read"])):
        if names:
            yield f"  {words} {', '.join(each['name'] for each in names)}"
