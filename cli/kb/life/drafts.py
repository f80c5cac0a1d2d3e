"""`surgeline kb draft|drafts|propose|approve|decline|discard|release|undo` change articles."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click
from surgeline.knowledge.articles.jsonl import as_fields

from cli.api import Api, Refused, admin, path
from cli.console import (
    Failed,
    WrongUse,
    admin_key_option,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)
from cli.kb.candidates import who_answered
from cli.kb.exports import published
from cli.kb.files import KNOWLEDGE, language_option, say, source_of
from cli.kb.life.words import line_of, lines_of
from cli.kb.publish import WITHIN, wait_for

CHECK_SECONDS: Final = 120.0
PAUSE_SECONDS: Final = 0.3
MOST_QUESTIONS: Final = 10
"""The number of a candidate's questions that become phrasings of a draft."""
DISAGREES: Final = 409

reason_option = click.option("--reason", default="", help="Why, which goes on record.")
review_option = click.option(
    "--review-by", metavar="DAY", help="The day on which the article is due for a review."
)


@click.command(
    epilog=example(
        "surgeline kb draft shop --candidate 1",
        "surgeline kb draft shop gift-cards.jsonl --reason 'asked every day'",
        "surgeline kb draft shop --retire en-fax",
    )
)
@click.argument("name")
@click.argument("file", type=KNOWLEDGE, required=False)
@click.option("--candidate", type=click.IntRange(1), help="Take this group of `kb candidates`.")
@click.option("--suggested", type=click.IntRange(1), help="Take this article that people suggest.")
@click.option("--retire", metavar="ARTICLE", help="Take this article out of the knowledge base.")
@click.option("--into", metavar="ARTICLE", help="Add the candidate's questions to this article.")
@click.option("--draft", "draft_id", metavar="DRAFT", help="Replace the text of this draft.")
@click.option("--answer", help="The answer, in place of the one of the file or the candidate.")
@click.option("--id", "article_id", help="The id of a new article.  [default: made of its title]")
@review_option
@reason_option
@language_option
@url_option
@admin_key_option
@json_option
def draft(
    *,
    name: str,
    file: Path | None,
    candidate: int | None,
    suggested: int | None,
    retire: str | None,
    into: str | None,
    draft_id: str | None,
    answer: str | None,
    article_id: str | None,
    review_by: str | None,
    reason: str,
    language: str | None,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Begin a draft for the knowledge base NAME. Customers see nothing of it.

    FILE holds one article. With --candidate the draft begins with customers' questions, and with an
    answer of the person whose answers solve most, as far as that is known, or else the shortest.
    Read and edit both before you propose them.
    """
    if sum(each is not None for each in (file, candidate, suggested, retire)) != 1:
        raise WrongUse("give one of a FILE, --candidate, --suggested and --retire")
    if into is not None and candidate is None:
        raise WrongUse("--into goes with --candidate")
    api = admin(url, admin_key)
    if retire is not None:
        body: dict[str, Any] = {"retire": retire}
    elif candidate is not None:
        body = _of_candidate(api, name, candidate, into)
    elif suggested is not None:
        body = _of_suggestion(api, name, suggested, language)
    else:
        body = {"article": _of_file(file, language)} if file else {}
    article = body.get("article")
    if article is not None and answer is not None:
        article["answer"] = answer
    if article is not None and article_id is not None:
        article["id"] = article_id
    body["reason"] = reason or (body.get("reason", "") if answer is None else "")
    body |= {"review_by": review_by} if review_by else {}
    place = path("admin", "knowledge", name, "drafts")
    made = api.put(f"{place}/{draft_id}", body) if draft_id else api.post(place, body)
    _show(made, as_json=as_json)


@click.command(epilog=example("surgeline kb drafts shop", "surgeline kb drafts shop d0123"))
@click.argument("name")
@click.argument("draft_id", metavar="[DRAFT]", required=False)
@url_option
@admin_key_option
@json_option
def drafts(
    *, name: str, draft_id: str | None, url: str, admin_key: str | None, as_json: bool
) -> None:
    """List the drafts of NAME, the newest first, or show one with its difference and its check."""
    place = path("admin", "knowledge", name, "drafts")
    found = admin(url, admin_key).get(f"{place}/{draft_id}" if draft_id else place)
    if draft_id or as_json:
        _show(found, as_json=as_json)
        return
    for each in found["drafts"]:
        click.echo(plain(line_of(each)))
    if not found["drafts"]:
        click.echo("There are no drafts.")


@click.command(epilog=example("surgeline kb propose shop d0123 --reason 'asked every day'"))
@click.argument("name")
@click.argument("draft_id", metavar="DRAFT")
@reason_option
@url_option
@admin_key_option
@json_option
def propose(
    *, name: str, draft_id: str, reason: str, url: str, admin_key: str | None, as_json: bool
) -> None:
    """Propose a draft, and check it by recent questions of customers.

    The check says which questions it would have answered, and which it would take from other
    articles.
    """
    api = admin(url, admin_key)
    proposed = act(api, name, draft_id, "propose", reason)
    _show(checked(api, name, proposed), as_json=as_json)


@click.command(epilog=example("surgeline kb approve shop d0123 --reason 'the answer is right'"))
@click.argument("name")
@click.argument("draft_id", metavar="DRAFT")
@reason_option
@url_option
@admin_key_option
@json_option
def approve(
    *, name: str, draft_id: str, reason: str, url: str, admin_key: str | None, as_json: bool
) -> None:
    """Approve a proposed draft. `kb release` publishes it.

    The configuration may ask for a second person: then nobody approves a draft of their own.
    """
    api = admin(url, admin_key)
    approved = again(lambda: act(api, name, draft_id, "approve", reason))
    _show(approved, as_json=as_json)


@click.command(epilog=example("surgeline kb decline shop d0123 --reason 'we have that already'"))
@click.argument("name")
@click.argument("draft_id", metavar="DRAFT")
@reason_option
@url_option
@admin_key_option
@json_option
def decline(
    *, name: str, draft_id: str, reason: str, url: str, admin_key: str | None, as_json: bool
) -> None:
    """Decline a draft. It stays on record, and may be written anew."""
    _show(act(admin(url, admin_key), name, draft_id, "decline", reason), as_json=as_json)


@click.command(epilog=example("surgeline kb discard shop d0123"))
@click.argument("name")
@click.argument("draft_id", metavar="DRAFT")
@url_option
@admin_key_option
def discard(*, name: str, draft_id: str, url: str, admin_key: str | None) -> None:
    """Delete a draft that was never published."""
    act(admin(url, admin_key), name, draft_id, "discard", "")
    click.echo(f"{plain(draft_id)} is deleted")


@click.command(epilog=example("surgeline kb release shop", "surgeline kb release shop d0123"))
@click.argument("name")
@click.argument("draft_ids", metavar="[DRAFT]...", nargs=-1)
@reason_option
@url_option
@admin_key_option
@json_option
def release(
    *,
    name: str,
    draft_ids: tuple[str, ...],
    reason: str,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Publish the approved drafts of NAME, or those that are named, as one new version.

    The version is built and measured as every other. Until it answers, the one before does.
    """
    api = admin(url, admin_key)
    body = {"drafts": list(draft_ids), "reason": reason}
    released = api.post(path("admin", "knowledge", name, "release"), body)
    wait_for(api, path("admin", "knowledge", name), released["version"])
    if as_json:
        print_json(released)
        return
    number = len(released["drafts"])
    click.echo(
        f"{plain(name)}: version {released['version']} answers{WITHIN}, with {number} "
        f"{'changes' if number > 1 else 'change'}"
    )


@click.command(epilog=example("surgeline kb undo shop d0123 --reason 'customers say it is wrong'"))
@click.argument("name")
@click.argument("draft_id", metavar="DRAFT")
@reason_option
@url_option
@admin_key_option
@json_option
def undo(
    *, name: str, draft_id: str, reason: str, url: str, admin_key: str | None, as_json: bool
) -> None:
    """Take a published draft back, so that its article answers as it did before.

    Nobody has to approve this. Other articles stay as they are.
    """
    api = admin(url, admin_key)
    undone = act(api, name, draft_id, "undo", reason)
    wait_for(api, path("admin", "knowledge", name), undone["version"])
    if as_json:
        print_json(undone)
        return
    click.echo(f"{plain(name)}: version {undone['version']} answers{WITHIN}, without that change")


def act(api: Api, name: str, draft_id: str, verb: str, reason: str) -> dict[str, Any]:
    """Do something with a draft, and return it."""
    place = path("admin", "knowledge", name, "drafts", draft_id, verb)
    found: dict[str, Any] = api.post(place, {"reason": reason})
    return found


def again(call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return the answer, and ask again while a check is under way."""
    ends_at = time.monotonic() + CHECK_SECONDS
    while True:
        try:
            return call()
        except Refused as refused:
            waits = refused.status == DISAGREES and refused.error.get("state") == "checking"
            if not waits or time.monotonic() >= ends_at:
                raise
        time.sleep(PAUSE_SECONDS)


def checked(api: Api, name: str, proposed: dict[str, Any]) -> dict[str, Any]:
    """Return the draft once it is checked, or as it is if that takes too long."""
    place = path("admin", "knowledge", name, "drafts", proposed["id"])
    ends_at = time.monotonic() + CHECK_SECONDS
    found = proposed
    while not (check := found["check"]) or not check["is_of_this_text"] or _is_old(check, found):
        if time.monotonic() >= ends_at:
            say("The check takes long; `surgeline kb drafts` shows it once it is done.")
            return found
        time.sleep(PAUSE_SECONDS)
        found = api.get(place)
    return found


def _is_old(check: dict[str, Any], found: dict[str, Any]) -> bool:
    """Return whether a check is from before the draft was proposed."""
    return bool(check["at"] < found["changed_at"])


def _of_file(file: Path, language: str | None) -> dict[str, Any]:
    articles = source_of(file, language=language).articles
    if len(articles) != 1:
        raise Failed(
            f"{file} holds {len(articles)} articles; a draft is one. "
            "`surgeline kb publish` publishes a whole file."
        )
    return as_fields(articles[0])


def _of_candidate(api: Api, name: str, rank: int, into: str | None) -> dict[str, Any]:
    """Return a draft of a group of questions, as a new article or within one that answers."""
    found = api.get(path("admin", "knowledge", name, "candidates"))["candidates"]
    one = next((each for each in found if each["rank"] == rank), None)
    if one is None:
        raise Failed(f"there are {len(found)} candidates; `surgeline kb candidates` lists them")
    if into is not None:
        known = next((each for each in published(api, name)[1] if each.id == into), None)
        if known is None:
            raise Failed(f"no article {into!r} answers; `surgeline kb export` lists them")
        more = dict.fromkeys((*known.questions, *one["questions"][:MOST_QUESTIONS]))
        whole = as_fields(known) | {"questions": list(more)}
        return {"article": whole, "origins": one["origins"]}
    article = {
        "title": one["proposed_title"],
        "language": one["language"] or "",
        "questions": one["questions"][:MOST_QUESTIONS],
        "answer": one["answers"][0] if one["answers"] else "",
    }
    reason = who_answered(one) if one.get("best") else ""
    return {"article": article, "origins": one["origins"], "reason": reason}


def _of_suggestion(api: Api, name: str, number: int, language: str | None) -> dict[str, Any]:
    found = api.get(path("admin", "knowledge", name, "candidates")).get("suggested", [])
    if number > len(found):
        raise Failed(f"{len(found)} articles are suggested; `surgeline kb candidates` lists them")
    one = found[number - 1]
    article = {
        "title": one["title"],
        "language": language or one["language"] or "",
        "questions": [one["question"]],
        "answer": one["answer"],
    }
    return {"article": article, "origins": one["origins"]}


def _show(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    for line in lines_of(found):
        click.echo(plain(line))
