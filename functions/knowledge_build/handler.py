"""This function indexes uploaded articles, makes the version current, and judges reviews.

It also checks proposed drafts. Once a day, and after each publication, it lets the thresholds
follow recent questions and what was said of answers, and holds articles back whose review is due.
Once a day it also judges articles by their uses.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus
from zoneinfo import ZoneInfo

from surgeline.adapters.system_texts import lead_words
from surgeline.application.alerts.alerts import Alerts
from surgeline.application.answers.current_knowledge import current_index
from surgeline.application.answers.encoders import Encoders
from surgeline.application.answers.follow_traffic import follow_traffic, sampled
from surgeline.application.answers.labels.follow_labels import Threads, follow_labels
from surgeline.application.answers.life.check_draft import is_check, run_check
from surgeline.application.answers.life.publish_drafts import settle_drafts
from surgeline.application.answers.life.review_articles import (
    due_articles,
    hold_due,
    paused_when_due,
)
from surgeline.application.answers.picks.allowance import Allowance
from surgeline.application.answers.picks.rehearse_picks import rehearse_picks
from surgeline.application.answers.publish_knowledge import (
    base_of,
    build_knowledge,
    source_key,
    version_in,
)
from surgeline.application.answers.recent_questions import (
    AskedQuestion,
    questions_of,
    recent_threads,
)
from surgeline.application.answers.review_answers import is_reviews, judge_again, judge_uploaded
from surgeline.application.answers.states.check_states import Gate, gate_of
from surgeline.application.answers.states.ledger import read_ledger
from surgeline.application.answers.states.offer_starters import offer_most_asked
from surgeline.application.answers.states.watch_articles import (
    tell_due,
    tell_steps,
    watch_articles,
)
from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.refusals import Absent
from surgeline.domain.times import milliseconds
from surgeline.knowledge.answering.index import MANAGED
from surgeline.knowledge.articles.jsonl import KnowledgeRefused
from surgeline.runtime.bootstrap import Backend, Handler, LambdaEvent, entry
from surgeline.runtime.configuration import shelf_of
from surgeline.runtime.encoders import encoders_of
from surgeline.runtime.logs import log_of
from surgeline.runtime.settings import KnowledgeBuild

CLOCK = "aws.events"


def build(
    backend: Backend, settings: KnowledgeBuild, *, keep: Callable[..., Encoders] = Encoders
) -> Handler:
    """Return the handler over a backend. `keep` makes what keeps the encoders in memory."""
    info, alarm = log_of("knowledge_build", settings.log_level)
    blobs = backend.blobs()
    encoders = encoders_of(backend, settings, alarm, keep)
    follow = Followed(backend, encoders, info, alarm)
    rehearse = _rehearsal(backend, settings, encoders, info, alarm)

    def check(key: str) -> None:
        now = backend.clock.now()
        found = run_check(blobs, key, follow.asked, encoders, at=now, tier=settings.tier)
        info("draft_checked", key=key, **(found["counts"] if found else {}))

    def one(key: str, announced_at: int) -> None:
        if is_check(key):
            check(key)
            return
        if is_reviews(key):
            live = judge_uploaded(blobs, key, encoders, alarm, announced_at=announced_at)
            info("reviewed", key=key, threshold=live.threshold if live else None)
            return
        built = build_knowledge(
            blobs,
            key,
            at=backend.clock.now(),
            announced_at=announced_at,
            tier=settings.tier,
            encoders=encoders,
            gate=follow.gate(base_of(key)),
        )
        info("published" if built.answers else "superseded", key=key, version=built.version)
        base, now = base_of(key), backend.clock.now()
        settle_drafts(blobs, base, built.version, answers=built.answers, at=now)
        if built.answers:
            judge_again(blobs, base, encoders, alarm)
            follow(only=base)
            rehearse([base])

    def handle(event: LambdaEvent, context: object) -> dict[str, Any]:
        del context
        if event.get("source") == CLOCK:
            _build_again(blobs, follow.bases(), encoders, one)
            follow()
            rehearse(follow.bases())
            return {}
        for record in event["Records"]:
            key = _key(blobs, record)
            try:
                one(key, _announced_at(record))
            except KnowledgeRefused as error:
                alarm("knowledge_refused", key=key, problems=len(error.problems))
                why = str(error.problems[0]) if error.problems else "it can't be built"
                version, now = version_in(key), backend.clock.now()
                settle_drafts(blobs, base_of(key), version, answers=False, at=now, why=why)
        return {}

    return handle


def _build_again(
    blobs: Blobs, bases: Sequence[str], encoders: Encoders, build: Callable[[str, int], None]
) -> None:
    """Build versions that answer by the tier below, where a service is turned on.

    It gave no vectors when they were built, or it was turned on later.
    """
    for base in bases if encoders.managed else ():
        current = current_index(blobs, base)
        if current is not None and current.tier != MANAGED:
            key = source_key(base, current.version)
            if bytes_of(blobs, key) is not None:
                build(key, 0)


def _rehearsal(
    backend: Backend,
    settings: KnowledgeBuild,
    encoders: Encoders,
    info: Callable[..., None],
    alarm: Callable[..., None],
) -> Callable[[Sequence[str]], None]:
    """Return what rehearses the model that picks on knowledge bases; nothing where it is off."""
    picker = backend.picker(settings.picker) if settings.picker else None
    if picker is None:
        return lambda _bases: None
    most = int(settings.picks_a_month)
    allowance = Allowance(backend.notebook(), backend.clock, most, alarm)

    def rehearse(bases: Sequence[str]) -> None:
        for base in bases:
            proved = rehearse_picks(
                backend.blobs(), base, picker, allowance=allowance, encoders=encoders, alarm=alarm
            )
            if proved is not None:
                info("picks_rehearsed", knowledge_base=base, **asdict(proved))

    return rehearse


class Followed:
    """Lets the thresholds of knowledge bases follow the recent questions of their channels."""

    def __init__(
        self,
        backend: Backend,
        encoders: Encoders,
        info: Callable[..., None],
        alarm: Callable[..., None],
    ) -> None:
        self._backend = backend
        self._encoders = encoders
        self._info = info
        self._alarm = alarm
        self._shelf = shelf_of(backend, alarm, fresh_seconds=0)

    def __call__(self, *, only: str | None = None) -> None:
        """Follow the traffic of one knowledge base, or of all."""
        backend, now = self._backend, self._backend.clock.now()
        configuration = self._shelf.current()
        zone = ZoneInfo(configuration.reports.zone)
        today = datetime.fromtimestamp(now / 1000, zone).date().isoformat()
        for base, threads in self._recent(only).items():
            asked = questions_of(threads, now=now)
            moves = follow_traffic(
                backend.blobs(), base, sampled(asked), self._encoders, self._alarm, at=now
            )
            self._info("followed_traffic", knowledge_base=base, moved=len(moves))
            live = follow_labels(
                backend.blobs(), base, threads, self._encoders, self._alarm, at=now
            )
            self._info("followed_labels", knowledge_base=base, judged=live.reviewed if live else 0)
            offer_most_asked(backend.blobs(), base, asked)
            rule = configuration.knowledge.overdue
            held = len(hold_due(backend.blobs(), base, today, rule=rule))
            if only is None:
                overdue = paused_when_due(backend.blobs(), base, today, rule=rule)
                self._watch(base, overdue)
                standings = read_ledger(backend.blobs(), base)
                held += sum(bool(standings.of(each).before_due) for each in overdue)
            due = len(due_articles(backend.blobs(), base, today))
            if due:
                self._alarm("review_due", knowledge_base=base, articles=due, held=held)
            if only is None:
                alerts = Alerts(backend.notebook(), backend.clock)
                words = lead_words(configuration.reports.language)
                tell_due(alerts, base, due, held=held, words=words)

    def _watch(self, base: str, overdue: Mapping[str, str]) -> None:
        """Judge the articles of a knowledge base by their uses and reviews, once a day."""
        backend, now = self._backend, self._backend.clock.now()
        steps = watch_articles(backend.blobs(), base, self.gate(base), at=now, overdue=overdue)
        alerts = Alerts(backend.notebook(), backend.clock)
        words = lead_words(self._shelf.current().reports.language)
        tell_steps(alerts, base, steps, backend.blobs(), words)
        for each in steps:
            if each.taken:
                told = {"before": each.before, "after": each.after}
                self._alarm("article_moved", knowledge_base=base, article=each.article_id, **told)

    def gate(self, knowledge_base: str) -> Gate:
        """Return what the states of a knowledge base's articles are judged by."""
        return gate_of(
            self._backend.store(),
            self._backend.outcomes(),
            self._shelf.current(),
            knowledge_base,
            at=self._backend.clock.now(),
        )

    def bases(self) -> list[str]:
        """Return the knowledge bases that channels answer from."""
        return sorted({each.knowledge_base for each in self._shelf.current().channels})

    def asked(self, knowledge_base: str) -> list[AskedQuestion]:
        """Return the recent questions of one knowledge base, the newest first."""
        threads = self._recent(knowledge_base).get(knowledge_base, [])
        return questions_of(threads, now=self._backend.clock.now())

    def _recent(self, only: str | None) -> Mapping[str, Threads]:
        channels = self._shelf.current().channels
        bases = {each.id: each.knowledge_base for each in channels}
        wanted = {channel: base for channel, base in bases.items() if only in (None, base)}
        store, outcomes = self._backend.store(), self._backend.outcomes()
        return recent_threads(store, outcomes, wanted, now=self._backend.clock.now())


def _key(blobs: Blobs, record: Mapping[str, Any]) -> str:
    """Return the key of an upload. A bucket encodes it as in a URL, and EventBridge may not."""
    told = str(record["s3"]["object"]["key"])
    plain = unquote_plus(told)
    if plain != told:
        try:
            blobs.get(told)
        except Absent:
            return plain
    return told


def _announced_at(record: Mapping[str, Any]) -> int:
    """Return the announced time of the upload (ms), or 0 where none was announced."""
    told = record.get("eventTime")
    return milliseconds(str(told)) if told else 0


handler = entry(KnowledgeBuild, build)
