"""`surgeline kb states|promote|demote` show the states of articles, and change them."""

from collections.abc import Iterator, Mapping
from typing import Any

import click
from surgeline.knowledge.articles.states import STATES, rises

from cli.api import Api, admin, path
from cli.console import (
    WrongUse,
    admin_key_option,
    counted,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)
from cli.kb.life.drafts import reason_option

to_option = click.option(
    "--to", "after", type=click.Choice(STATES), required=True, help="The state that it gets."
)
dry_run_option = click.option("--dry-run", is_flag=True, help="Only say whether it is allowed.")


@click.command(epilog=example("surgeline kb states shop", "surgeline kb states shop en-returns"))
@click.argument("name")
@click.argument("article", required=False)
@url_option
@admin_key_option
@json_option
def states(
    *, name: str, article: str | None, url: str, admin_key: str | None, as_json: bool
) -> None:
    """Show the state of each article of NAME, what its uses prove, and which step is due.

    A use is an answer of the bot, or an article that a person sent. It closed its issue where the
    customer did not reject it, ask for a person, say "no" when asked, or come back on the topic.
    """
    found = admin(url, admin_key).get(path("admin", "knowledge", name, "states"))
    shown = [each for each in found["articles"] if article in (None, each["article"])]
    if not shown:
        raise WrongUse(f"there is no article {article!r}; `surgeline kb states {name}` lists all")
    if as_json:
        print_json(found | {"articles": shown})
        return
    for each in shown:
        for line in _lines(each, whole=article is not None):
            click.echo(plain(line))


@click.command(
    epilog=example(
        "surgeline kb promote shop en-returns --to automated --dry-run",
        "surgeline kb promote shop en-returns --to automated --reason 'closes 9 in 10'",
    )
)
@click.argument("name")
@click.argument("article")
@to_option
@dry_run_option
@reason_option
@url_option
@admin_key_option
@json_option
def promote(
    *,
    name: str,
    article: str,
    after: str,
    dry_run: bool,
    reason: str,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Let ARTICLE of NAME do more, if its uses prove that it may.

    A step to shadow or automated needs enough uses, a close rate whose lower bound passes, and few
    follow-up questions. Otherwise it is refused with the numbers, and nothing changes.
    """
    api = admin(url, admin_key)
    before = _one(api, name, article)["state"]
    if not rises(before, after):
        raise WrongUse(f"{article} is {before}, so {after} is no step up; see `kb demote`")
    _step(api, name, article, after, reason, dry_run=dry_run, as_json=as_json)


@click.command(
    epilog=example("surgeline kb demote shop en-returns --to paused --reason 'prices changed'")
)
@click.argument("name")
@click.argument("article")
@to_option
@dry_run_option
@reason_option
@url_option
@admin_key_option
@json_option
def demote(
    *,
    name: str,
    article: str,
    after: str,
    dry_run: bool,
    reason: str,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Let ARTICLE of NAME do less, within seconds. Nothing has to be proved for that."""
    api = admin(url, admin_key)
    before = _one(api, name, article)["state"]
    if rises(before, after):
        raise WrongUse(f"{article} is {before}, so {after} is a step up; see `kb promote`")
    _step(api, name, article, after, reason, dry_run=dry_run, as_json=as_json)


def _one(api: Api, name: str, article: str) -> dict[str, Any]:
    found = api.get(path("admin", "knowledge", name, "states"))["articles"]
    known: dict[str, dict[str, Any]] = {each["article"]: each for each in found}
    if article not in known:
        raise WrongUse(f"there is no article {article!r}; `surgeline kb states {name}` lists all")
    return known[article]


def _step(
    api: Api, name: str, article: str, after: str, reason: str, *, dry_run: bool, as_json: bool
) -> None:
    body = {"article": article, "state": after, "reason": reason, "dry_run": dry_run}
    found = api.put(path("admin", "knowledge", name, "states"), body)
    if as_json:
        print_json(found)
        return
    would = "would be" if dry_run else "is"
    click.echo(plain(f"{article} {would} {found['state']} (it was {found['before']})"))
    if found["numbers"]:
        click.echo(plain(f"{found['numbers']}"))


def _lines(each: Mapping[str, Any], *, whole: bool) -> Iterator[str]:
    yield f"{each['state']:<9}  {each['article']} ({each['title']}): {each['finding']}"
    if each["rises_to"]:
        yield f"           ready for {each['rises_to']}"
    if each["falls_because"]:
        yield f"           should be taken back: {each['falls_because']}"
    if not whole:
        return
    if each["lacks"]:
        yield f"           not yet: {each['lacks']}"
    if each["numbers"]["asked"]:
        said = f"{each['numbers']['helped']} of {counted(each['numbers']['asked'], 'customer')}"
        yield f"           {said} said that it helped"
    if each["owner"] or each["sources"] or each["review_by"]:
        due = f", due on {each['review_by']}" if each["review_by"] else ""
        from_ = f", from {', '.join(each['sources'])}" if each["sources"] else ""
        yield f"           owner {each['owner'] or 'nobody'}{from_}{due}"
    if since := each.get("since_change"):
        people = "; ".join(f"{one['who'] or 'somebody'}: {_made(one)}" for one in since["by"])
        yield f"           since {since['at'][:10]} people {_made(since)}" + (
            f" ({people})" if people else ""
        )
    for rated in each.get("ratings", ()):
        why = f": {rated['reason']}" if rated["reason"] else ""
        yield f"  {rated['at']}  {rated['who'] or 'somebody'} rated it as {rated['rating']}{why}"
    for change in each["changes"]:
        why = f": {change['reason']}" if change["reason"] else ""
        step = f"{change['before']} -> {change['after']}"
        yield f"  {change['at']}  {step} by {change['who']}{why} ({change['numbers']})"


def _made(counts: Mapping[str, Any]) -> str:
    """Return what people made of an article."""
    used, edited, skipped = (
        counted(counts[each], "time") for each in ("used", "edited", "skipped")
    )
    return f"used it {used}, edited it {edited}, and skipped it {skipped}"
