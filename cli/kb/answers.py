"""`surgeline kb explain` gives the reasons of a verdict; `kb review` lets live answers count."""

import time
from pathlib import Path
from typing import Any

import click
from surgeline.knowledge.answering.explain import explain as explain_by
from surgeline.knowledge.answering.live import ENOUGH_REVIEWED

from cli.api import Refused, admin, path
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
from cli.kb.files import FILE, index_in, promise_option, read_bytes, tier_option
from cli.kb.files import KNOWLEDGE as KNOWLEDGE_FILE
from cli.kb.sample import sample

SHOWN = 5
NOT_FOUND = 404
JUDGED_SECONDS = 60.0
JUDGED_PAUSE_SECONDS = 0.2
_DECISIONS = {
    "answer": "It is answered with",
    "suggest": "A choice is offered, and a person with it:",
    "abstain": "A person is asked.",
    "person": "A person is asked.",
    "small_talk": "It gets a courteous reply.",
}


@click.command(
    epilog=example(
        'surgeline kb explain "Where is my refund?" --kb samples/shop.jsonl',
        'surgeline kb explain "Where is my refund?" --name shop',
    )
)
@click.argument("text")
@click.option(
    "--kb",
    "file",
    type=KNOWLEDGE_FILE,
    help="Articles or an artifact to ask in place of the instance.",
)
@click.option("--name", help="The instance's knowledge base.  [default: shop]")
@click.option("--language", help="The conversation's language, for texts too short to tell.")
@promise_option
@tier_option
@url_option
@admin_key_option
@json_option
def explain(
    *,
    text: str,
    file: Path | None,
    name: str | None,
    language: str | None,
    promise: float,
    tier: str,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Say what would become of the message TEXT, and why.

    With --kb the knowledge base is asked here, with --tier and --promise. Without it the instance
    is asked, which has its own tier and promise.
    """
    if file is not None and name is not None:
        raise WrongUse("--kb asks a file and --name an instance: give one of them")
    if file is not None:
        found = explain_by(index_in(file, promise, tier), text, language=language)
    else:
        place = path("admin", "knowledge", name or "shop", "explain")
        found = admin(url, admin_key).post(place, {"text": text, "language": language})
    if as_json:
        print_json(found)
        return
    for line in _explanation(found):
        click.echo(plain(line))


class _FileOrCommand(click.Group):
    """A group whose command may be left out: a file is then uploaded."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the named command, or `upload` with all arguments; see click.Group."""
        named = args[0] in self.commands
        return super().resolve_command(ctx, args if named else ["upload", *args])


@click.group(cls=_FileOrCommand, context_settings={"ignore_unknown_options": True})
def review() -> None:
    """Draw live answers at random, and let people's reviews of them set the threshold.

    `surgeline kb review FILE NAME` uploads reviews, as `surgeline kb review upload FILE NAME` does.
    """


review.add_command(sample)


@review.command(
    epilog=example(
        "surgeline kb review upload reviewed.jsonl shop", "surgeline kb review reviewed.jsonl shop"
    )
)
@click.argument("file", type=FILE)
@click.argument("name")
@url_option
@admin_key_option
@json_option
def upload(*, file: Path, name: str, url: str, admin_key: str | None, as_json: bool) -> None:
    """Let reviewed answers set the threshold of the knowledge base NAME.

    FILE holds all reviews, one on each line: {"text", "article", "right": true or false}. Take live
    answers at random (`kb review sample`). From 300 reviews on, the threshold is the lowest that
    provably keeps the promise.
    """
    api = admin(url, admin_key)
    place = path("admin", "knowledge", name, "reviews")
    uploaded = api.put(place, read_bytes(file), content_type="application/x-ndjson")
    ends_at = time.monotonic() + JUDGED_SECONDS
    while (judged := _judged(api, place)).get("reviews") != uploaded["reviews"]:
        if time.monotonic() >= ends_at:
            raise Failed(
                f"{uploaded['count']} reviews were taken in but are not judged after "
                f"{JUDGED_SECONDS:.0f} s; see the instance's logs."
            )
        time.sleep(JUDGED_PAUSE_SECONDS)
    if as_json:
        print_json(judged)
        return
    for line in _proof(judged):
        click.echo(plain(line))


def _judged(api: Any, place: str) -> dict[str, Any]:  # noqa: ANN401 - the client of either home
    """Return the proof of the last reviews; an empty object where there were none yet."""
    try:
        found: dict[str, Any] = api.get(place)
    except Refused as error:
        if error.status != NOT_FOUND:
            raise
        return {}
    return found


def _explanation(found: dict[str, Any]) -> list[str]:
    """Return the explanation as lines: the outcome, the reasons, and what was weighed."""
    candidates = found["candidates"]
    head = _DECISIONS[found["decision"]]
    if found["decision"] == "answer":
        head = f"{head} {candidates[0]['id']} ({candidates[0]['title']})."
    lines = [head, *(f"  {line}" for line in found["why"])]
    if found["decision"] in ("person", "small_talk") or not candidates:
        return lines
    lines.append("Candidates:")
    lines += [
        f"  {place}. {each['probability']:4.0%}  {each['id']} ({each['title']})"
        for place, each in enumerate(candidates[:SHOWN], 1)
    ]
    needed = f"An answer needs {found['threshold']:.0%}"
    lines.append(f"{needed}, so that {found['promise']:.0%} of all answers are right.")
    return lines


def _labels(told: dict[str, Any] | None) -> list[str]:
    """Return how many labels of each kind counted, if any were judged."""
    if not told:
        return []
    kinds = ", ".join(f"{count} {kind}" for kind, count in told["kinds"].items())
    return [f"With everyday labels {told['wrong']} of {told['answered']} are wrong ({kinds})."]


def _proof(judged: dict[str, Any]) -> list[str]:
    """Return the proof of the reviews in words."""
    wrong, answered = judged["wrong"], judged["answered"]
    lines = [
        *_labels(judged.get("labels")),
        f"{judged['reviewed']} reviews fit the articles that answer now.",
        f"{wrong} of {answered} answers given without asking back are wrong.",
        f"With 95 % certainty at most {judged['bound']:.1%} of such answers are wrong.",
    ]
    if judged["threshold"] is None:
        more = ENOUGH_REVIEWED - judged["reviewed"]
        return [
            *lines,
            f"After {more} more reviews, they set the threshold instead of the articles.",
        ]
    if judged["threshold"] >= 1:
        return [
            *lines,
            "No threshold keeps the promise, so choices are offered and nothing is answered.",
        ]
    return [*lines, f"An answer now needs {judged['threshold']:.1%}."]
