"""This function indexes uploaded articles, makes the version current, and judges reviews.

Once a day, and after each publication, it lets the thresholds follow recent questions.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote_plus

from surgeline.adapters.weights_folder import images_in
from surgeline.application.answers.encoders import Encoders
from surgeline.application.answers.follow_traffic import follow_traffic, sampled
from surgeline.application.answers.publish_knowledge import base_of, build_knowledge
from surgeline.application.answers.recent_questions import recent_questions
from surgeline.application.answers.review_answers import is_reviews, judge_again, judge_uploaded
from surgeline.application.ports.blobs import Blobs
from surgeline.application.ports.refusals import Absent
from surgeline.domain.times import milliseconds
from surgeline.knowledge.articles.jsonl import KnowledgeRefused
from surgeline.runtime.bootstrap import Backend, Handler, LambdaEvent, entry
from surgeline.runtime.configuration import shelf_of
from surgeline.runtime.logs import log_of
from surgeline.runtime.settings import KnowledgeBuild

CLOCK = "aws.events"


def build(backend: Backend, settings: KnowledgeBuild) -> Handler:
    """Return the handler over a backend."""
    info, alarm = log_of("knowledge_build", settings.log_level)
    blobs = backend.blobs()
    encoders = Encoders(images_in(settings.weights), alarm)
    follow = Followed(backend, encoders, info, alarm)

    def one(key: str, announced_at: int) -> None:
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
        )
        info("published" if built.answers else "superseded", key=key, version=built.version)
        if built.answers:
            judge_again(blobs, base_of(key), encoders, alarm)
            follow(only=base_of(key))

    def handle(event: LambdaEvent, context: object) -> dict[str, Any]:
        del context
        if event.get("source") == CLOCK:
            follow()
            return {}
        for record in event["Records"]:
            key = _key(blobs, record)
            try:
                one(key, _announced_at(record))
            except KnowledgeRefused as error:
                alarm("knowledge_refused", key=key, problems=len(error.problems))
        return {}

    return handle


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
        channels = self._shelf.current().channels
        bases = {each.id: each.knowledge_base for each in channels}
        wanted = {channel: base for channel, base in bases.items() if only in (None, base)}
        found = recent_questions(backend.store(), backend.outcomes(), wanted, now=now)
        for base, asked in found.items():
            moves = follow_traffic(
                backend.blobs(), base, sampled(asked), self._encoders, self._alarm, at=now
            )
            self._info("followed_traffic", knowledge_base=base, moved=len(moves))


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
