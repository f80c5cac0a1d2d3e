"""The job of each minute that tells pools and people of changed articles is put together here."""

from collections.abc import Callable, Sequence

from surgeline.application.answers.notices.notice_changes import NoticeChanges
from surgeline.application.answers.notices.tell_pools import deliveries_of
from surgeline.application.configuration import Configuration, ConfigurationShelf
from surgeline.application.ports.deliveries import Delivery
from surgeline.knowledge.articles.notices import Notice
from surgeline.runtime.bootstrap import Backend


def articles_job(
    backend: Backend,
    shelf: ConfigurationShelf,
    send: Callable[[Sequence[Delivery]], None],
    info: Callable[..., None],
) -> Callable[[Configuration], None]:
    """Return the job. `send` puts deliveries into their queue."""

    def tell(notices: Sequence[Notice]) -> None:
        send(list(deliveries_of(notices, shelf.current().pools)))

    notice = NoticeChanges(backend.blobs(), backend.notebook(), tell, backend.clock)

    def look(configuration: Configuration) -> None:
        for base in sorted({each.knowledge_base for each in configuration.channels}):
            for each in notice(base):
                info(
                    "articles_changed",
                    knowledge_base=base,
                    kind=each.kind,
                    articles=len(each.changes),
                )

    return look
