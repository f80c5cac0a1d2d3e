"""`surgeline kb due|reviewed` list the articles that are due for a review, and note reviews."""

from datetime import UTC, datetime, timedelta

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
from cli.kb.life.drafts import reason_option, review_option

DOES = {"offer": ": only offered until then", "pause": ": paused until it is reviewed"}


@click.command(epilog=example("surgeline kb due shop", "surgeline kb due shop --within 14"))
@click.argument("name")
@click.option(
    "--within", type=click.IntRange(0, 3_650), metavar="DAYS", help="Also those due in these days."
)
@url_option
@admin_key_option
@json_option
def due(*, name: str, within: int | None, url: str, admin_key: str | None, as_json: bool) -> None:
    """List the articles of NAME whose review is due, the longest due first.

    They go on answering, unless `knowledge.when_overdue` of the configuration says otherwise: then
    they are only offered as a choice, or paused until `kb reviewed`.
    """
    place = path("admin", "knowledge", name, "due")
    if within is not None:
        until = datetime.now(UTC).date() + timedelta(days=within)
        place += f"?until={until.isoformat()}"
    found = admin(url, admin_key).get(place)
    if as_json:
        print_json(found)
        return
    for each in found["articles"]:
        rule = each.get("when_overdue") or found.get("when_overdue") or "answer"
        does = DOES.get(rule, "")
        click.echo(plain(f"{each['review_by']}  {each['article']} ({each['title']}){does}"))
    number = counted(len(found["articles"]), "article")
    click.echo(f"{number} due by {found['until']}")


@click.command(epilog=example("surgeline kb reviewed shop en-returns --review-by 2027-06-30"))
@click.argument("name")
@click.argument("article")
@review_option
@click.option(
    "--when-overdue",
    type=click.Choice(["answer", "offer", "pause", "company"]),
    help="What it does once it is due; `company` is the rule of all others.",
)
@click.option("--owner", help="The person who looks after it.")
@click.option("--source", "sources", multiple=True, help="Where its facts come from.")
@reason_option
@url_option
@admin_key_option
@json_option
def reviewed(
    *,
    name: str,
    article: str,
    review_by: str | None,
    when_overdue: str | None,
    owner: str | None,
    sources: tuple[str, ...],
    reason: str,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Note that you looked at ARTICLE of NAME, and when it is due again, if ever.

    One that was paused because it was due goes back to what it did before.
    """
    body: dict[str, object] = {"article": article, "review_by": review_by, "reason": reason}
    body |= ({"owner": owner} if owner is not None else {}) | (
        {"sources": list(sources)} if sources else {}
    )
    if when_overdue is not None:
        body["when_overdue"] = "" if when_overdue == "company" else when_overdue
    found = admin(url, admin_key).put(path("admin", "knowledge", name, "due"), body)
    if as_json:
        print_json(found)
        return
    next_time = f"due again on {found['review_by']}" if found["review_by"] else "never due again"
    click.echo(plain(f"{article} is reviewed by {found['reviewer']}, and {next_time}"))
    if found.get("state", "automated") != "automated":
        click.echo(plain(f"{article} is {found['state']}"))
