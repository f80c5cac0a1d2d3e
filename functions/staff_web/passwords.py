"""The routes by which people sign in with a password, and set, change and remove it, live here."""

from collections.abc import Callable
from dataclasses import replace

from surgeline.application.ports.staff import Act
from surgeline.application.staff.passes import Issued
from surgeline.application.staff.passwords import LONGEST
from surgeline.errors import Rejected
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.staff_session import (
    own_page_only,
    passes_of,
    passwords_of,
    session_token,
    signed_in,
)
from surgeline.runtime.strict_json import load_object, text_field

from functions.staff_web.sign_in import begun
from functions.staff_web.tries import Tries

MAX_NAME = 100
ACT_BYTES = 16
TRIES_AT_ONCE = 30
TRIES_PER_SECOND = 0.5
TRIES_IN_ALL = (60, 2.0)
"""A hash takes a quarter of a second of a processor, so that guesses get half of one at most."""


class PasswordRoutes:
    """The route POST /v1/staff/sign-in/password, and those that change one's own password."""

    def __init__(self, backend: Backend, log: Callable[..., None]) -> None:
        self._passes = passes_of(backend)
        self._passwords = passwords_of(backend)
        self._acts = backend.acts()
        self._clock = backend.clock
        self._randomness = backend.randomness
        self._log = log
        self._tries = Tries(
            backend.clock,
            at_once=TRIES_AT_ONCE,
            per_second=TRIES_PER_SECOND,
            in_all=TRIES_IN_ALL,
        )

    def sign_in(self, request: Request) -> Response:
        """Exchange a name and its password for a session. Raises Unauthorized, TooMany."""
        json_only(request)
        own_page_only(request)
        self._tries.take(request)
        body = load_object(request.body)
        name = text_field(body, "name", max_chars=MAX_NAME)
        issued = self._passwords.sign_in(name, text_field(body, "password", max_chars=LONGEST))
        self._log("staff_signed_in", person_id=issued.person.id, by="password")
        return begun(request, issued)

    def set(self, request: Request) -> Response:
        """Set or change one's own password, which ends all other sessions where one was set."""
        token, present = self._asked(request)
        words = text_field(load_object(request.body), "password", max_chars=LONGEST)
        act = "PUT staff/password"
        return self._kept(request, act, lambda: self._passwords.set(token, words, present))

    def remove(self, request: Request) -> Response:
        """Remove one's own password, and end all other sessions. Raises Disagrees without one."""
        token, present = self._asked(request)
        act = "POST staff/password/remove"
        return self._kept(request, act, lambda: self._passwords.remove(token, present))

    def _asked(self, request: Request) -> tuple[str, str]:
        """Return the token of the session that asks, and the present password, if given."""
        json_only(request)
        signed_in(request, self._passes)
        self._tries.take(request)
        body = load_object(request.body)
        present = text_field(body, "present", max_chars=LONGEST, required=False)
        return session_token(request), present or ""

    def _kept(self, request: Request, act: str, change: Callable[[], Issued]) -> Response:
        """Keep the act before it is done, and its answer afterwards, as the operators' acts."""
        person = signed_in(request, self._passes).person
        kept = Act(
            id=f"a{self._randomness.token(ACT_BYTES).hex()}",
            at=self._clock.now(),
            who=f"{person.name} ({person.role})",
            act=act,
            target=person.name,
        )
        self._acts.keep(kept)
        try:
            issued = change()
        except Rejected as refusal:
            self._acts.keep(replace(kept, status=refusal.status))
            raise
        self._acts.keep(replace(kept, status=200))
        self._log("staff_password_changed", person_id=person.id, act=act)
        seconds = max(0, issued.expires_at - self._clock.now()) // 1000
        return begun(request, issued, seconds=seconds)
