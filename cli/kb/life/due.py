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

    They go on answering, unless `knowledge.stop_when_due` of the configuration says otherwise. Then
    they are offered as a choice.
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
        click.echo(plain(f"{each['review_by']}  {each['article']} ({each['title']})"))
    number = counted(len(found["articles"]), "article")
    click.echo(f"{number} due by {found['until']}")


@click.command(epilog=example("surgeline kb reviewed shop en-returns --review-by 2027-06-30"))
@click.argument("name")
@click.argument("article")
@review_option
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
    owner: str | None,
    sources: tuple[str, ...],
    reason: str,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Note that you looked at ARTICLE of NAME, and when it is due again, if ever."""
    body: dict[str, object] = {"article": article, "review_by": review_by, "reason": reason}
    body |= ({"owner": owner} if owner is not None else {}) | (
        {"sources": list(sources)} if sources else {}
    )
    found = admin(url, admin_key).put(path("admin", "knowledge", name, "due"), body)
    if as_json:
        print_json(found)
        return
    next_time = f"due again on {found['review_by']}" if found["review_by"] else "never due again"
    click.echo(plain(f"{article} is reviewed by {found['reviewer']}, and {next_time}"))
