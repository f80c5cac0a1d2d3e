"""An article's state is changed here by a person, and takes effect within seconds.

A step up to `shadow` or `automated` needs the proof of earlier uses, whoever asks for it. A step
back needs none.
"""

import json
from typing import Final

from surgeline.application.answers.current_knowledge import current_index, pointer_key
from surgeline.application.answers.states.check_states import Gate
from surgeline.application.answers.states.ledger import (
    Change,
    Ledger,
    Standing,
    change_ledger,
    read_ledger,
)
from surgeline.application.answers.states.offer_starters import offer_answering
from surgeline.application.answers.states.published_articles import article_in, articles_now
from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.refusals import Absent, Changed
from surgeline.errors import Disagrees, Unavailable
from surgeline.knowledge.articles.life import Step

TRIES: Final = 5


def change_state(
    blobs: Blobs,
    knowledge_base: str,
    step: Step,
    gate: Gate,
    *,
    article_id: str,
    after: str,
    dry_run: bool = False,
    by_itself: bool = False,
    overdue: str = "",
) -> Standing:
    """Take an article to another state, or with `dry_run` only say whether that is allowed.

    `overdue` is the day since when its review is due, where it is paused for that alone.
    Raises Absent for an unknown article, and Disagrees with the numbers where the proof is missing.
    """
    if article_in(articles_now(blobs, knowledge_base), article_id) is None:
        raise Absent(f"there is no article {article_id!r}; see `surgeline kb states`")

    def stepped(ledger: Ledger) -> Ledger:
        standing = ledger.of(article_id)
        if standing.state == after:
            return ledger
        why = gate.refusal(article_id, standing, after)
        if why is not None:
            raise Disagrees(
                f"{article_id!r} stays {standing.state} and does not become {after}: {why}",
                state="unproven",
            )
        numbers = gate.proof(article_id, standing).sentence
        change = Change(
            step.at, step.who, standing.state, after, step.reason, numbers, by_itself, overdue
        )
        return ledger.with_(article_id, standing.stepped(change))

    if dry_run:
        return stepped(read_ledger(blobs, knowledge_base)).of(article_id)
    ledger = change_ledger(blobs, knowledge_base, stepped)
    point_states(blobs, knowledge_base)
    return ledger.of(article_id)


def resume_reviewed(
    blobs: Blobs, knowledge_base: str, article_id: str, step: Step, gate: Gate
) -> str:
    """Let an article that was paused because its review was due do again what it did before.

    Returns its state. Every other state stays as it is.
    """
    standing = read_ledger(blobs, knowledge_base).of(article_id)
    if standing.before_due:
        after = standing.before_due
        standing = change_state(
            blobs, knowledge_base, step, gate, article_id=article_id, after=after
        )
    return standing.state


def point_states(blobs: Blobs, knowledge_base: str) -> None:
    """Let the pointer carry the states of the ledger, and the chat pages offer what answers."""
    for _ in range(TRIES):
        pointer = bytes_of(blobs, pointer_key(knowledge_base))
        current = current_index(blobs, knowledge_base)
        if pointer is None or current is None:
            return
        states = read_ledger(blobs, knowledge_base).states
        if dict(current.states) == states:
            return
        changed = json.loads(pointer) | {"states": states}
        try:
            blobs.swap(pointer_key(knowledge_base), json.dumps(changed).encode(), was=pointer)
        except Changed:
            continue
        offer_answering(blobs, knowledge_base)
        return
    raise Unavailable(f"the pointer of {knowledge_base} changes all the time; try again later")
