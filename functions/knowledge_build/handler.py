"""Builds a versioned index of uploaded articles and makes it current."""

from typing import Any
from urllib.parse import unquote_plus

from surgeline.adapters.weights_folder import images_in
from surgeline.application.encoders import Encoders
from surgeline.application.publish_knowledge import build_knowledge
from surgeline.knowledge.articles import KnowledgeRefused
from surgeline.runtime.bootstrap import Backend, Handler, LambdaEvent, entry
from surgeline.runtime.logs import log_of
from surgeline.runtime.settings import KnowledgeBuild


def build(backend: Backend, settings: KnowledgeBuild) -> Handler:
    """The handler over a backend."""
    info, alarm = log_of("knowledge_build", settings.log_level)
    blobs = backend.blobs()
    encoders = Encoders(images_in(settings.weights), alarm)

    def handle(event: LambdaEvent, context: object) -> dict[str, Any]:
        del context
        for record in event["Records"]:
            key = unquote_plus(record["s3"]["object"]["key"])
            try:
                version = build_knowledge(
                    blobs, key, at=backend.clock.now(), tier=settings.tier, encoders=encoders
                )
            except KnowledgeRefused as error:
                alarm("knowledge_refused", key=key, problems=len(error.problems))
                continue
            info("published", key=key, version=version)
        return {}

    return handle


handler = entry(KnowledgeBuild, build)
