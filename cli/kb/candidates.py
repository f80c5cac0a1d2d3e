"""`surgeline kb candidates` groups what is asked and not answered, the most worthwhile first."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from surgeline.application.answers.find_candidates import find_candidates
from surgeline.domain.redaction import redact
from surgeline.knowledge.answering.candidates import candidates_of, without_contact
from surgeline.knowledge.encoders.encoder import MANAGED, Encoder

from cli.api import Api, admin, path
from cli.console import (
    WrongUse,
    admin_key_option,
    counted,
    example,
    json_option,
    plain,
    print_json_line,
    url_option,
)
from cli.kb.files import (
    FILE,
    KNOWLEDGE,
    index_in,
    language_option,
    say,
    texts_of,
    tier_option,
)
from cli.kb.history import history_of
from cli.past.options import ours_option
from weights import fetch as weights

SHOWN = 10
SAMPLES = 3
PROMISE = 0.95
MOST_DISMISSED = 100
"""An instance takes so many texts at once."""


@click.command(
    epilog=example(
        "surgeline kb candidates --questions asked.jsonl --kb samples/shop.jsonl",
        "surgeline kb candidates --history tickets.json",
        "surgeline kb candidates --history support.mbox --ours @shop.example",
        "surgeline kb candidates --name shop",
        "surgeline kb candidates --name shop --dismiss 2",
    )
)
@click.option("--questions", type=FILE, help='Questions to group, a line of {"text"} each.')
@click.option(
    "--history",
    type=FILE,
    help="Past conversations to group: a mailbox, a table, or JSON of any helpdesk.",
)
@ours_option
@click.option("--kb", "knowledge", type=KNOWLEDGE, help="Leave out what these articles answer.")
@click.option("--name", help="The instance's knowledge base.  [default: shop]")
@click.option(
    "--dismiss",
    "unwanted",
    type=click.IntRange(1),
    multiple=True,
    help="Put this group of the instance aside for good.",
)
@language_option
@tier_option
@url_option
@admin_key_option
@json_option
def candidates(
    *,
    questions: Path | None,
    history: Path | None,
    ours: tuple[str, ...],
    knowledge: Path | None,
    name: str | None,
    unwanted: tuple[int, ...],
    language: str | None,
    tier: str,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Group the questions that nothing answers, the most worthwhile group first.

    A group's worth is the number of its questions times their likeness, and less where people's
    answers are long or differ. With --questions or --history a file is grouped, and no instance is
    needed; give the newest first. Without them the instance groups the questions of its last 28
    days, with the answers that people gave.
    """
    suggested: Sequence[Mapping[str, Any]] = ()
    _refuse_two(questions, history, unwanted)
    if questions is None and history is None:
        if knowledge is not None:
            raise WrongUse(
                "--kb goes with --questions or --history; an instance knows its articles"
            )
        api, base = admin(url, admin_key), name or "shop"
        answer = api.get(path("admin", "knowledge", base, "candidates"))
        found: Sequence[Mapping[str, Any]] = answer["candidates"]
        if unwanted:
            _dismiss(api, base, found, unwanted)
            return
        suggested = answer.get("suggested", [])
    elif name is not None:
        raise WrongUse("a file is grouped here and --name asks an instance: give one of them")
    elif history is not None:
        found = groups_of_history(history, knowledge, tier, language, ours)
    else:
        assert questions is not None
        found = _of_file(questions, knowledge, tier, language)
    if as_json:
        for each in found:
            print_json_line(each)
        return
    for line in (*_lines(found), *_suggested(suggested)):
        click.echo(plain(line))


def _refuse_two(questions: Path | None, history: Path | None, unwanted: Collection[int]) -> None:
    """Raise WrongUse where two things are to be grouped, or a group of a file put aside."""
    if questions is not None and history is not None:
        raise WrongUse("--questions and --history are two kinds of files: give one of them")
    if unwanted and (questions is not None or history is not None):
        raise WrongUse("--dismiss is for groups of the instance: a file keeps its questions")


def _dismiss(
    api: Api, name: str, found: Sequence[Mapping[str, Any]], ranks: Collection[int]
) -> None:
    """Put the groups of those ranks aside for good. Raises WrongUse."""
    if not all(rank <= len(found) for rank in ranks):
        raise WrongUse(f"there are {counted(len(found), 'group')}")
    groups = [each for each in found if each["rank"] in ranks]
    texts = list(dict.fromkeys(text for each in groups for text in each["questions"]))
    place = path("admin", "knowledge", name, "dismissals")
    for start in range(0, len(texts), MOST_DISMISSED):
        api.post(place, {"texts": texts[start : start + MOST_DISMISSED]})
    said = f"{counted(len(groups), 'group')} with {counted(len(texts), 'wording')}"
    click.echo(f"{said} will not be proposed again")


def _of_file(
    questions: Path, knowledge: Path | None, tier: str, language: str | None
) -> list[dict[str, Any]]:
    texts = texts_of(questions)
    if knowledge is not None:
        index = index_in(knowledge, PROMISE, tier, language=language)
        texts = [text for text in texts if index.judge(text, language=language).kind != "answer"]
    grouped = candidates_of(texts, _encoders(tier), language=language)
    return [each.as_json(rank) for rank, each in enumerate(grouped, 1)]


def groups_of_history(
    history: Path,
    knowledge: Path | None,
    tier: str,
    language: str | None,
    ours: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Return the groups of past conversations' first questions, with the answers of people.

    Card numbers, addresses and phone numbers are taken out before anything is grouped.
    """
    asked = [
        replace(each, text=without_contact(redact(each.text, "contact")))
        for each in history_of(history, ours)
    ]
    if knowledge is not None:
        index = index_in(knowledge, PROMISE, tier, language=language)
        asked = [
            each for each in asked if index.judge(each.text, language=language).kind != "answer"
        ]
    found = find_candidates(asked, _encoders(tier))
    without = {"origins", "trend", "saves_hours", "best", "searches"}
    return [{name: each[name] for name in each if name not in without} for each in found]


def _encoders(choice: str) -> dict[str, Encoder]:
    """Return the encoders of the tier; none where `best` can't have its weights.

    A service groups nothing, because nobody would pay for that.
    """
    choice = weights.BEST if choice == MANAGED else choice
    try:
        return {each.tier: each for each in weights.encoders_of(weights.meant(choice), say)}
    except weights.WeightsUnavailable as error:
        if choice != weights.BEST:
            raise click.ClickException(str(error)) from error
        say("The weights can't be had, so questions are compared by words and letters alone.")
        return {}


def _suggested(suggested: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the articles that people suggested, in words."""
    if not suggested:
        return []
    lines = ["Suggested by people who answered (`kb draft NAME --suggested`):"]
    for number, each in enumerate(suggested[:SHOWN], 1):
        times = counted(each["count"], "time")
        lines += [f"{number}. {each['question']} ({times})", f"     {each['answer']}"]
    return lines


def _worth(group: Mapping[str, Any]) -> Iterator[str]:
    """Yield how a group goes, and what an article would save, as far as an instance tells it."""
    if trend := group.get("trend"):
        days = counted(trend["days"], "day")
        yield f"{trend['newer']} in the last {days}, {trend['older']} in as many before"
    if searches := group.get("searches"):
        yield f"searched {counted(searches, 'time')} in the help centre, which had no answer"
    if by_hand := group.get("by_hand"):
        hours = group.get("saves_hours")
        work = f", about {hours:g} hours of work" if hours else ""
        yield f"people answered {by_hand} of them by hand{work}"


def who_answered(group: Mapping[str, Any]) -> str:
    """Return in words whose answer stands first, and how many such conversations it closed."""
    best = group.get("best")
    if not best:
        return "a person answered"
    return f"{best['by']}, who solved {best['closed']} of {best['of']}, answered"


def _lines(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the first groups in words, each with a few of its questions."""
    if not found:
        return ["Nothing was asked that no article answers."]
    asked = sum(each["count"] for each in found)
    lines = [f"{counted(asked, 'question')} without an answer, in {counted(len(found), 'group')}:"]
    for each in found[:SHOWN]:
        lines.append(
            f"{each['rank']}. {each['proposed_title']} ({counted(each['count'], 'question')}, "
            f"{each['share']:.0%}, {each['language'] or 'language unknown'})"
        )
        lines += [f"     {text}" for text in each["questions"][1 : 1 + SAMPLES]]
        lines += [f"     {who_answered(each)}: {text}" for text in each.get("answers", [])[:1]]
        lines += [f"     {text}" for text in _worth(each)]
    if len(found) > SHOWN:
        lines.append(f"and {counted(len(found) - SHOWN, 'more group')}; --json lists them all")
    return lines
