"""`surgeline kb start` makes the first articles of what people ask and what agents answer."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click

from cli.api import Api, admin, path
from cli.console import (
    admin_key_option,
    counted,
    example,
    plain,
    url_option,
)
from cli.kb.candidates import groups_of_history, who_answered
from cli.kb.files import FILE, language_option, tier_option
from cli.kb.life.drafts import MOST_QUESTIONS, act, again, checked
from cli.kb.life.words import check_lines
from cli.kb.publish import WITHIN, wait_for
from cli.past.options import ours_option

LEAST_QUESTIONS: Final = 2
"""A question that was asked once is no topic yet."""
TAKE, EDIT, SKIP, QUIT = "t", "e", "s", "q"
REASON: Final = "the first articles, read one by one"


@click.command(
    epilog=example(
        "surgeline kb start shop --history support.mbox --ours @shop.example",
        "surgeline kb start shop --history tickets.json --most 30",
        "surgeline kb start shop",
    )
)
@click.argument("name")
@click.option("--history", type=FILE, help="Past conversations, in any form of `kb candidates`.")
@ours_option
@click.option("--most", type=click.IntRange(1, 100), default=20, show_default=True, help="Groups.")
@language_option
@tier_option
@url_option
@admin_key_option
def start(
    *,
    name: str,
    history: Path | None,
    ours: tuple[str, ...],
    most: int,
    language: str | None,
    tier: str,
    url: str,
    admin_key: str | None,
) -> None:
    """Begin the knowledge base NAME from past conversations, or add what it lacks.

    You are shown one group of questions after the other, with what people answered. Take an answer,
    write another, or skip the group. Then the articles are checked, and published once you say so.
    Without --history the groups are of the instance's own questions.
    """
    api = admin(url, admin_key)
    if history is not None:
        found = groups_of_history(history, None, tier, language, ours)
    else:
        found = api.get(path("admin", "knowledge", name, "candidates"))["candidates"]
    worth = [each for each in found if each["count"] >= LEAST_QUESTIONS][:most]
    if not worth:
        click.echo("No question was asked twice without an answer, so there is nothing to begin.")
        return
    click.echo(f"{counted(len(worth), 'group')} of questions, the most worthwhile first.")
    bodies = list(_chosen(worth, language))
    place = path("admin", "knowledge", name, "drafts")
    drafts = [api.post(place, body) for body in bodies]
    if not drafts:
        click.echo("You took none, so nothing is begun.")
        return
    _publish(api, name, [each["id"] for each in drafts])


def _chosen(groups: list[dict[str, Any]], language: str | None) -> Iterator[dict[str, Any]]:
    """Yield a draft for each group that the person takes."""
    for number, group in enumerate(groups, 1):
        for line in _shown(number, len(groups), group):
            click.echo(plain(line))
        answers = group["answers"]
        ways = (
            "[t]ake it, [e]dit it, [s]kip, [q]uit" if answers else "[e] write one, [s]kip, [q]uit"
        )
        allowed = [*([TAKE] if answers else []), EDIT, SKIP, QUIT]
        way = click.prompt(ways, type=click.Choice(allowed), show_choices=False)
        if way == QUIT:
            return
        if way == SKIP:
            continue
        answer = answers[0] if way == TAKE else click.prompt("The answer")
        yield _draft(group, answer, language)


def _shown(number: int, whole: int, group: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    asked = counted(group["count"], "question")
    yield f"{number} of {whole}: {group['proposed_title']} ({asked}, {group['share']:.0%})"
    yield from (f"     {text}" for text in _taken(group))
    if group["answers"]:
        who = who_answered(group) if group.get("best") else "People answered"
        yield f"  {who}: {group['answers'][0]}"
    else:
        yield "  Nobody has answered it in words yet."


def _taken(group: Mapping[str, Any]) -> list[str]:
    """Return the questions that become phrasings. All of them are shown before."""
    return list(group["questions"][:MOST_QUESTIONS])


def _draft(group: Mapping[str, Any], answer: str, language: str | None) -> dict[str, Any]:
    article = {
        "title": group["proposed_title"],
        "language": language or group["language"] or "",
        "questions": _taken(group),
        "answer": answer,
    }
    origins = group.get("origins") or [["", text] for text in _taken(group)]
    return {"article": article, "reason": REASON, "origins": origins}


def _publish(api: Api, name: str, drafts: list[str]) -> None:
    """Check the drafts, and publish them once the person says so."""
    click.echo(f"\nChecking {counted(len(drafts), 'draft')}:")
    for draft in drafts:
        found = checked(api, name, act(api, name, draft, "propose", REASON))
        click.echo(plain(f"- {found['title']}"))
        for line in check_lines(found["check"], found["state"]):
            click.echo(plain(f"  {line}"))
    if not click.confirm(f"Publish {counted(len(drafts), 'article')} now?"):
        click.echo(f"They stay drafts. `surgeline kb drafts {plain(name)}` lists them.")
        return
    for draft in drafts:
        again(lambda draft=draft: act(api, name, draft, "approve", REASON))  # type: ignore[misc]
    body = {"drafts": drafts, "reason": REASON}
    released = api.post(path("admin", "knowledge", name, "release"), body)
    wait_for(api, path("admin", "knowledge", name), released["version"])
    click.echo(f"{plain(name)}: {counted(len(drafts), 'new article')} {WITHIN.strip()}")
    click.echo(
        f"Next week: surgeline kb start {plain(name)}, or surgeline kb phrasings {plain(name)}"
    )
