"""People, their passes and their acts are kept in DynamoDB.

    staff / person#<id>                 pass#<digest> / pass                act#<day> / <at>#<id>

A company has few people, so that one partition holds and lists them all.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from surgeline.adapters.aws.errors import ConditionFailed
from surgeline.adapters.aws.table import SCHEMA, Item, Table, expiry, item, key, number, text
from surgeline.adapters.staff_format import decode, encode
from surgeline.application.ports.retention import RECORD_DAYS
from surgeline.application.ports.staff import Act, Pass, Person

STAFF: Final = "staff"
PERSON: Final = "person#"
KEPT: Final = "pass#"
SORT_KEY: Final = "pass"
ACT: Final = "act#"
LAST: Final = "\uffff"
DAYS_LOOKED_AT: Final = RECORD_DAYS + 1


class DynamoStaff:
    """ports.staff.Staff. A person has no end, and a pass goes when its time is over."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, person: Person) -> None:
        """Write the person's item."""
        self._table.put(_stored(person))

    def change(self, known: Person, person: Person) -> bool:
        """Write the person over the very text that was read, if that is the known person's."""
        found = self._table.get(STAFF, f"{PERSON}{known.id}")
        if found is None or decode(Person, found["body"]["S"]) != known:
            return False
        try:
            self._table.put(
                _stored(person),
                condition="#body = :body",
                names={"#body": "body"},
                values={":body": found["body"]},
            )
        except ConditionFailed:
            return False
        return True

    def person(self, person_id: str) -> Person | None:
        """Return the person, or None."""
        found = self._table.get(STAFF, f"{PERSON}{person_id}")
        return decode(Person, found["body"]["S"]) if found else None

    def people(self) -> list[Person]:
        """Return everybody."""
        found = self._table.between(STAFF, PERSON, f"{PERSON}{LAST}")
        people = [decode(Person, each["body"]["S"]) for each in found]
        return sorted(people, key=lambda each: (each.added_at, each.id))

    def keep(self, kept: Pass) -> None:
        """Write the pass."""
        self._table.put(_item_of(kept))

    def renew(self, kept: Pass) -> bool:
        """Write the pass over the item that is there."""
        try:
            self._table.put(_item_of(kept), condition="attribute_exists(pk)")
        except ConditionFailed:
            return False
        return True

    def find(self, digest: str) -> Pass | None:
        """Return the pass, or None."""
        found = self._table.get(f"{KEPT}{digest}", SORT_KEY)
        return decode(Pass, found["body"]["S"]) if found else None

    def use(self, digest: str) -> Pass | None:
        """Delete the item and return what it was. Only one delete finds it."""
        found = self._table.delete(f"{KEPT}{digest}", SORT_KEY)
        return decode(Pass, found["body"]["S"]) if found else None


class DynamoActs:
    """ports.staff.Acts. Each day has a partition."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def keep(self, act: Act) -> None:
        """Write the act's item."""
        body = {"body": text(encode(act))}
        place = f"{act.at:013d}#{act.id}"
        expires = expiry(act.at, RECORD_DAYS)
        self._table.put(item(f"{ACT}{_day(act.at)}", place, body, expires=expires))

    def find(self, since: int, until: int, *, limit: int = 100) -> list[Act]:
        """Return the newest acts, day by day."""
        found: list[dict[str, Any]] = []
        for day in _days(since, until):
            if len(found) >= limit:
                break
            first, last = f"{since:013d}", f"{until - 1:013d}#{LAST}"
            room = limit - len(found)
            pk = f"{ACT}{day}"
            found += self._table.between(pk, first, last, limit=room, backward=True)
        return [decode(Act, each["body"]["S"]) for each in found]


def _stored(person: Person) -> Item:
    body = {"schema": number(SCHEMA), "body": text(encode(person))}
    return {**key(STAFF, f"{PERSON}{person.id}"), **body}


def _item_of(kept: Pass) -> Item:
    body = {"body": text(encode(kept))}
    expires = kept.expires_at // 1000 + 1
    return item(f"{KEPT}{kept.digest}", SORT_KEY, body, expires=expires)


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()


def _days(since: int, until: int) -> Iterator[str]:
    """Yield the days of a span, the newest first, as far back as anything is kept."""
    if until <= since:
        return
    newest = datetime.fromtimestamp((until - 1) / 1000, UTC).date()
    oldest = datetime.fromtimestamp(max(since, 0) / 1000, UTC).date()
    for number_ in range(min((newest - oldest).days + 1, DAYS_LOOKED_AT)):
        yield (newest - timedelta(days=number_)).isoformat()
