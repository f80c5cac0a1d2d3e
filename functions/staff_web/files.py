"""Files of people at the desk come in here, each before the message that gives it."""

from collections.abc import Callable

from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.media.keep_upload import keep_upload
from surgeline.application.ports.refusals import Absent
from surgeline.application.staff.desk_work import check_desk, may_act
from surgeline.domain.ids import is_name, thread_of
from surgeline.domain.media.files import MediaPlace, media_id
from surgeline.errors import Disagrees
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response
from surgeline.runtime.rate_cap import RateCap
from surgeline.runtime.staff_session import passes_of, signed_in
from surgeline.runtime.uploads import upload_answer, uploaded

from functions.staff_web.own_ids import own_id_of

AT_ONCE, PER_SECOND = 30, 0.5


class FileRoutes:
    """The route POST /v1/staff/pools/{pool_id}/files."""

    def __init__(
        self, backend: Backend, shelf: ConfigurationShelf, log: Callable[..., None]
    ) -> None:
        self._blobs = backend.blobs()
        self._clock = backend.clock
        self._desk = backend.desk()
        self._passes = passes_of(backend)
        self._shelf = shelf
        self._log = log
        self._cap = RateCap(
            burst=AT_ONCE,
            per_second=PER_SECOND,
            refusal=f"at most {AT_ONCE} files at once; go on after the seconds in Retry-After",
        )

    def take(self, request: Request) -> Response:
        """Keep a file for the customer of one of the person's own cases.

        Raises Absent, and Disagrees where a colleague has the case.
        """
        person = signed_in(request, self._passes).person
        self._cap.take(person.id, self._clock.now())
        pool_id, conversation = request.path["pool_id"], request.query.get("conversation", "")
        pool = check_desk(person, self._shelf.pool(pool_id) if is_name(pool_id) else None)
        case = self._desk.case(pool.id, conversation)
        if case is None:
            raise Absent("there is no such conversation at your desk")
        if not may_act(person, case):
            raise Disagrees("a colleague has this conversation", state="colleague")
        number, body = uploaded(request)
        named = own_id_of(request.query.get("message", ""))
        place = MediaPlace(
            thread_of(conversation), media_id(f"{pool.id}/{person.id}/{named}", number)
        )
        upload = keep_upload(self._blobs, place, body)
        self._log("kept a file", pool_id=pool.id, person_id=person.id, bytes=upload.size)
        return upload_answer(upload)
