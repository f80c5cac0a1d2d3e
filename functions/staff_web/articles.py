"""The console's routes for changed articles live here: each person reads, and says so."""

from collections.abc import Callable
from typing import Any

from surgeline.application.answers.notices.notice_book import ReadNotice
from surgeline.application.answers.notices.readers import UnreadNotices, reader_of
from surgeline.application.answers.notices.tell_pools import changes_for, told_change
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.ports.refusals import Absent
from surgeline.domain.times import rfc3339
from surgeline.errors import BadRequest
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.staff_session import passes_of, signed_in
from surgeline.runtime.strict_json import load_object

MOST_READ = 100
MOST_ID_CHARS = 100


class ArticleNoticeRoutes:
    """The routes below /v1/staff/notices."""

    def __init__(
        self, backend: Backend, shelf: ConfigurationShelf, log: Callable[..., None]
    ) -> None:
        self._shelf = shelf
        self._log = log
        self._passes = passes_of(backend)
        self._unread = UnreadNotices(backend.notebook(), backend.clock)
        self._read = ReadNotice(backend.notebook(), backend.clock)

    def show(self, request: Request) -> Response:
        """Answer the changes of articles that the person has not read, the newest first."""
        reader = reader_of(signed_in(request, self._passes).person, self._shelf.current().pools)
        bases = sorted({each.knowledge_base for each in self._shelf.current().channels})
        shown: list[dict[str, Any]] = []
        for each in self._unread.of(reader, bases):
            changes = changes_for(each, reader.languages)
            shown.append(
                {
                    "id": each.id,
                    "knowledge_base": each.knowledge_base,
                    "kind": each.kind,
                    "changed_at": rfc3339(each.at),
                    "important": any(change.important for change in changes),
                    "articles": [told_change(change) for change in changes],
                    "more": each.more,
                    "known": each.known,
                }
            )
        return Response(200, {"notices": shown})

    def read(self, request: Request) -> Response:
        """Note that the person has read notices. One that is gone by now is no matter."""
        json_only(request)
        person = signed_in(request, self._passes).person
        read = 0
        for each in _ids_in(load_object(request.body).get("ids")):
            try:
                self._read(f"person/{person.id}", each)
            except Absent:
                continue
            read += 1
        self._log("notices_read", person_id=person.id, notices=read)
        return Response(200, {"read": read})


def _ids_in(ids: object) -> list[str]:
    found = [each for each in ids if isinstance(each, str)] if isinstance(ids, list) else []
    wrong = not isinstance(ids, list) or len(found) != len(ids) or len(found) > MOST_READ
    if wrong or any(len(each) > MOST_ID_CHARS for each in found):
        raise BadRequest(f"use a list of up to {MOST_READ} ids of notices", field="ids")
    return found
