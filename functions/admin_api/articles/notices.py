"""The operators' route for changed articles is here: what changed, and who has not read it."""

from collections.abc import Mapping
from typing import Any

from surgeline.application.answers.notices.notice_book import read_notices, read_readers
from surgeline.application.answers.notices.readers import Reader, audience, told_in_tools
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.ports.refusals import Absent
from surgeline.domain.times import rfc3339
from surgeline.knowledge.articles.notices import Notice, as_object
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response

from functions.admin_api.routes import Routes, name_in

NOTICES = "/v1/admin/knowledge/{knowledge_base}/notices"


class NoticeRoutes:
    """The route that shows notices of changed articles."""

    def __init__(self, backend: Backend, configuration: ConfigurationShelf) -> None:
        self._backend = backend
        self._configuration = configuration

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {f"GET {NOTICES}": self.show}

    def write(self) -> Routes:
        """Return no routes, because readers acknowledge for themselves."""
        return {}

    def show(self, request: Request) -> Response:
        """Answer the newest notices, the newest first, with who has read each and who has not."""
        base = name_in(request, "knowledge_base")
        configuration = self._configuration.current()
        if all(each.knowledge_base != base for each in configuration.channels):
            raise Absent(f"no channel answers from a knowledge base {base!r}")
        notebook = self._backend.notebook()
        book, readers = read_notices(notebook, base), read_readers(notebook, base)
        people = self._backend.staff().people()
        expected = audience(people, configuration.pools)
        names = {f"person/{each.id}": each.name for each in people if not each.revoked}
        names |= {f"pool/{each.id}": each.id for each in configuration.pools}
        shown = [
            _shown(each) | _reading(each, expected, names, readers.get(each.id, {}))
            for each in reversed(book.notices)
        ]
        return Response(
            200, {"notices": shown, "told_in_tools": told_in_tools(configuration.pools)}
        )


def _shown(notice: Notice) -> dict[str, Any]:
    whole = as_object(notice)
    return {
        "id": notice.id,
        "kind": notice.kind,
        "changed_at": rfc3339(notice.at),
        "important": notice.important,
        "articles": whole["changes"],
        "more": notice.more,
        "known": notice.known,
    }


def _reading(
    notice: Notice, expected: list[Reader], names: dict[str, str], read: Mapping[str, int]
) -> dict[str, Any]:
    """Return who has read a notice and when, and who still should."""
    return {
        "read": [
            {"reader": each, "name": names[each], "at": rfc3339(at)}
            for each, at in read.items()
            if each in names
        ],
        "unread": [
            {"reader": each.id, "name": each.name}
            for each in expected
            if each.id not in read and each.should_read(notice)
        ],
    }
