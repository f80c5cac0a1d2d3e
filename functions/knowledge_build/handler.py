"""Builds a versioned index of uploaded articles and makes it current; judges uploaded reviews."""

from typing import Any
from urllib.parse import unquote_plus

from surgeline.adapters.weights_folder import images_in
from surgeline.application.answers.encoders import Encoders
from surgeline.application.answers.publish_knowledge import base_of, build_knowledge
from surgeline.application.answers.review_answers import is_reviews, judge_again, judge_uploaded
from surgeline.knowledge.articles.jsonl import KnowledgeRefused
from surgeline.runtime.bootstrap import Backend, Handler, LambdaEvent, entry
from surgeline.runtime.logs import log_of
from surgeline.runtime.settings import KnowledgeBuild


def build(backend: Backend, settings: KnowledgeBuild) -> Handler:
    """The handler over a backend."""
    info, alarm = log_of("knowledge_build", settings.log_level)
    blobs = backend.blobs()
    encoders = Encoders(images_in(settings.weights), alarm)

    def one(key: str) -> None:
        if is_reviews(key):
            live = judge_uploaded(blobs, key, encoders, alarm)
            info("reviewed", key=key, threshold=live.threshold if live else None)
            return
        version = build_knowledge(
            blobs, key, at=backend.clock.now(), tier=settings.tier, encoders=encoders
        )
        info("published", key=key, version=version)
        judge_again(blobs, base_of(key), encoders, alarm)

    def handle(event: LambdaEvent, context: object) -> dict[str, Any]:
        del context
        for record in event["Records"]:
            key = unquote_plus(record["s3"]["object"]["key"])
            try:
                one(key)
            except KnowledgeRefused as error:
                alarm("knowledge_refused", key=key, problems=len(error.problems))
        return {}

    return handle


handler = entry(KnowledgeBuild, build)
