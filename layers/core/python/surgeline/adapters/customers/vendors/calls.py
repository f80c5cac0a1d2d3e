"""The calls to a vendor's interface share a bound of time, and their answers are read as data."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from pydantic_core import from_json

from surgeline.adapters.configuration.providers import Finding
from surgeline.adapters.customers.reading import WrongAnswer, cut
from surgeline.adapters.customers.system import SECRET, Means
from surgeline.adapters.signing.field_sets import Fields, read_sets
from surgeline.application.ports.deliveries import Delivery, Download, Reply, SendFailed
from surgeline.application.ports.targets import Delivered, LookedUp, Refused, SendResult
from surgeline.domain.customers.file import CustomerFile, Found, OpenCase, Order, Profile

OK: Final = 200
MULTIPLE: Final = 300
THROTTLED: Final = 429
SERVER_ERRORS: Final = 500
MOST: Final = 5
MOST_BYTES: Final = 1_000_000
"""An answer may be so large, because tickets come with their whole descriptions."""
NOBODY: Final = "nobody@surgeline.invalid"
UNPROVEN: Final = Found("unknown", why="the channel proves no mail address and no phone number")
UNKNOWN: Final = Found("unknown", why="the company's system does not know the customer")
MANY: Final = Found("many", why="two customers fit, so none is shown")


class Failed(Exception):
    """Raised where the vendor did not answer as it should. It has the refusal to record."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.outcome)
        self.refused = refused


@dataclass(slots=True)
class Calls:
    """The calls of one look-up, which share its time."""

    means: Means
    headers: Mapping[str, str]
    seconds: float
    spent_milliseconds: int = field(default=0)

    def get(self, place: str) -> Any:  # noqa: ANN401 # JSON
        """Return the JSON at a place below the vendor's address. Raises Failed."""
        return self._json(
            lambda url, left: self._posts.download(
                url, self.headers, most_bytes=MOST_BYTES, timeout_seconds=left
            ),
            place,
        )

    def post(self, place: str, body: bytes, **headers: str) -> Any:  # noqa: ANN401 # JSON
        """Return the JSON that answers a body. Raises Failed."""
        sent = {"content-type": "application/json", **self.headers}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self._json(
            lambda url, left: self._posts.post(url, sent, body, timeout_seconds=left), place
        )

    @property
    def _posts(self) -> Any:  # noqa: ANN401 # ports.Posts
        return self.means.posts

    def _json(self, call: Callable[[str, float], Reply | Download], place: str) -> Any:  # noqa: ANN401 # JSON
        left = self.seconds - self.spent_milliseconds / 1000
        if left <= 0:
            raise Failed(Refused(outcome="timeout", final=True, unhealthy=True))
        try:
            reply = call(f"{self.means.settings.url.rstrip('/')}{place}", left)
        except SendFailed as error:
            self.spent_milliseconds += error.milliseconds
            raise Failed(
                Refused(
                    outcome=error.reason,
                    milliseconds=self.spent_milliseconds,
                    unhealthy=True,
                    attempted=error.attempted,
                )
            ) from error
        self.spent_milliseconds += reply.milliseconds
        if not OK <= reply.status < MULTIPLE:
            raise Failed(_refused(reply))
        if isinstance(reply, Download) and not reply.whole:
            raise Failed(_TOO_LARGE)
        try:
            return from_json(reply.body) if reply.body else {}
        except ValueError as error:
            raise Failed(_wrong("the answer is no JSON", reply.milliseconds)) from error


_TOO_LARGE: Final = Refused(outcome="wrong answer: it is too large", final=True)
"""One customer's file is too large. The vendor is healthy, and others are looked up."""


def _refused(reply: Reply | Download) -> Refused:
    transient = reply.status >= SERVER_ERRORS or reply.status == THROTTLED
    return Refused(
        outcome=f"status {reply.status}",
        status=reply.status,
        milliseconds=reply.milliseconds,
        wait_seconds=reply.retry_after_seconds,
        final=not transient,
        unhealthy=transient,
    )


def _wrong(why: str, milliseconds: int = 0) -> Refused:
    return Refused(
        outcome=f"wrong answer: {why}", milliseconds=milliseconds, final=True, unhealthy=True
    )


class Vendor:
    """One vendor's system. A vendor's module says how a customer is found, and what is kept."""

    KIND: ClassVar[str]

    def __init__(self, means: Means) -> None:
        self.means = means

    def headers(self, fields: Fields) -> Mapping[str, str]:
        """Return the headers that prove who asks."""
        raise NotImplementedError

    def find(self, calls: Calls, kind: str, value: str) -> Found:
        """Return the one customer with that mail address or phone number. Raises Failed."""
        raise NotImplementedError

    def case(self, calls: Calls, delivery: Delivery) -> None:
        """Keep a case, once for each delivery id. Raises Failed."""
        del calls, delivery
        raise Failed(Refused(outcome="this system keeps no cases", final=True, attempted=False))

    def look_up(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See CustomerSystem."""
        asked: Any = delivery.payload["identities"]
        by = {each["kind"]: each["value"] for each in asked}
        kind = next((each for each in ("email", "phone_e164") if each in by), None)
        if kind is None:
            return LookedUp(None, 0, UNPROVEN)
        return self._found(kind, str(by[kind]), timeout_seconds)

    def keep(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See CustomerSystem. A repeat has the same id, by which the vendor knows it."""
        calls = self._calls(timeout_seconds)
        if calls is None:
            return _NO_SECRET
        try:
            self.case(calls, delivery)
        except Failed as failed:
            return failed.refused
        return Delivered(OK, calls.spent_milliseconds)

    def check(self, *, timeout_seconds: float) -> Iterator[Finding]:
        """See CustomerSystem. It looks somebody up whom nobody knows."""
        result = self._found("email", NOBODY, timeout_seconds)
        if isinstance(result, LookedUp) and result.found.answer == "unknown":
            said = f"nobody was found for an unknown address, in {result.milliseconds} ms"
            yield Finding("lookup", ok=True, said=said)
            return
        why = result.outcome if isinstance(result, Refused) else "somebody was found"
        yield Finding("lookup", ok=False, said=f"the look-up of nobody failed: {why}")

    def _found(self, kind: str, value: str, timeout_seconds: float) -> SendResult:
        calls = self._calls(timeout_seconds)
        if calls is None:
            return _NO_SECRET
        try:
            found = self.find(calls, kind, value)
        except Failed as failed:
            return failed.refused
        except WrongAnswer as error:
            return _wrong(str(error), calls.spent_milliseconds)
        return LookedUp(OK, calls.spent_milliseconds, found)

    def _calls(self, timeout_seconds: float) -> Calls | None:
        sets = read_sets(self.KIND, self.means.secrets.get(SECRET) or "")
        return Calls(self.means, self.headers(sets[0]), timeout_seconds) if sets else None


_NO_SECRET: Final = Refused(outcome="no_secret", unhealthy=True, final=True, attempted=False)


# ---------------------------------------------------------------- reading JSON of strangers


def part(value: object, *names: str) -> Any:  # noqa: ANN401 # JSON
    """Return what stands below these names, or None where anything on the way is missing."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def text(value: object, *names: str, most: int = 80) -> str:
    """Return a short plain text below these names, or an empty one."""
    return cut(part(value, *names), most)


def objects(value: object, *names: str) -> list[dict[str, Any]]:
    """Return the objects of the list below these names. Raises WrongAnswer without a list."""
    found = part(value, *names) if names else value
    if not isinstance(found, list):
        raise WrongAnswer(f"{'.'.join(names) or 'the answer'} is no list")
    return [each for each in found if isinstance(each, dict)]


def number(value: object, *names: str) -> float | None:
    """Return a number below these names, also one that is written as text."""
    try:
        found = float(text(value, *names))
    except ValueError:
        return None
    return found if abs(found) < 1e15 else None  # noqa: PLR2004 # no amount is larger, and no NaN


def one_of(found: Iterable[dict[str, Any]], same: Callable[[dict[str, Any]], bool]) -> Any:  # noqa: ANN401 # JSON
    """Return the one record that is exactly the customer's, `MANY` for several, or `UNKNOWN`.

    A vendor's search also finds records that are only alike.
    """
    exact = [each for each in found if same(each)]
    if len(exact) > 1:
        return MANY
    return exact[0] if exact else UNKNOWN


def file(profile: Profile, orders: Iterable[Order] = (), cases: Iterable[OpenCase] = ()) -> Found:
    """Return the file that was found. Raises WrongAnswer for a customer without an id."""
    if not profile.id:
        raise WrongAnswer("the customer has no id")
    told = tuple(each for each in orders if each.id)[:MOST]
    return Found("found", CustomerFile(profile, told, tuple(c for c in cases if c.id)[:MOST]))
