"""The delivery log keeps one row for each delivery in the store's file.

Attempts are kept as JSON.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Final

from surgeline.application.ports.deliveries import (
    ATTEMPTS_KEPT,
    Attempt,
    Delivery,
    DeliveryEnd,
    DeliveryPlace,
    DeliveryQuery,
    LoggedDelivery,
)

from local.engine.database import Database, Row

DELIVERIES_SCHEMA: Final = """
CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    target TEXT NOT NULL,
    at INTEGER NOT NULL,
    thread_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    event TEXT NOT NULL,
    number INTEGER NOT NULL,
    ended TEXT,
    attempts TEXT NOT NULL
);
CREATE INDEX deliveries_of_target ON deliveries (target, at)
"""
UPGRADE: Final = f"""
{DELIVERIES_SCHEMA};
INSERT INTO deliveries SELECT delivery_id, target, at, thread_id, '', '', number, ended,
    json_array(json_array(number, at, outcome, status, milliseconds)) FROM attempts;
DROP TABLE attempts
"""  # noqa: S608 - a constant
"""This upgrades a file that kept only the last attempt of each delivery."""

_ATTEMPT: Final = tuple(field.name for field in fields(Attempt))
_COLUMNS = "SELECT target, at, id, thread_id, conversation_id, event, ended, attempts"

_FIRST = "INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"


class SqliteDeliveryLog:
    """The log of deliveries in the store's file (see ports.DeliveryLog)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record_attempt(self, delivery: Delivery, attempt: Attempt, end: DeliveryEnd | None) -> None:
        """Add the attempt and set the end, unless the delivery was delivered before."""
        place, line = delivery.place, [getattr(attempt, name) for name in _ATTEMPT]
        about = (delivery.thread_id, delivery.conversation_id, delivery.event)
        row = (place.id, place.target, place.at, *about, attempt.number, end, json.dumps([line]))
        with self._database.write() as db:
            if not db.execute(_FIRST, row).rowcount:
                _add(db, place.id, line, attempt.number, end)

    def last(self, place: DeliveryPlace) -> Attempt | None:
        """Return the newest attempt."""
        rows = self._database.fetch("SELECT attempts FROM deliveries WHERE id = ?", place.id)
        return Attempt(*json.loads(rows[0][0])[-1]) if rows else None

    def find(self, places: Sequence[DeliveryPlace]) -> list[LoggedDelivery]:
        """Return the deliveries of these places by their ids, which no two deliveries share."""
        rows = self._database.fetch(
            f"{_COLUMNS} FROM deliveries WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608 # the columns are ours
            json.dumps([place.id for place in places]),
        )
        found = {each.place: each for each in map(_logged, rows)}
        return [found[place] for place in places if place in found]

    def list(self, query: DeliveryQuery) -> list[LoggedDelivery]:
        """Return the endpoint's deliveries of that time."""
        rows = self._database.fetch(
            f"{_COLUMNS} FROM deliveries WHERE target = ?1 AND at >= ?2 AND at < ?3"
            " AND (?4 IS NULL OR ifnull(ended, 'retrying') = ?4) AND (?5 IS NULL OR id = ?5)"
            " ORDER BY at DESC, id DESC LIMIT ?6",
            query.target,
            query.since,
            query.until,
            query.end,
            query.delivery_id,
            query.limit,
        )
        return [_logged(row) for row in rows]


def _logged(row: Row) -> LoggedDelivery:
    target, at, delivery_id, thread_id, conversation_id, event, ended, attempts = row
    return LoggedDelivery(
        place=DeliveryPlace(target, at, delivery_id),
        thread_id=thread_id,
        conversation_id=conversation_id,
        event=event,
        end=ended,
        attempts=tuple(Attempt(*each) for each in json.loads(attempts)),
    )


def _add(
    db: sqlite3.Connection, delivery_id: str, line: list[Any], number: int, end: DeliveryEnd | None
) -> None:
    """Add a later attempt to those that are known of a delivery."""
    [(attempts, ended)] = db.execute(
        "SELECT attempts, ended FROM deliveries WHERE id = ?", (delivery_id,)
    ).fetchall()
    known = json.loads(attempts)
    lines = known if line in known else [*known, line]
    db.execute(
        "UPDATE deliveries SET number = ?, ended = ?, attempts = ? WHERE id = ?",
        (
            number,
            ended if ended == "delivered" else end,
            json.dumps(sorted(lines, key=lambda each: each[1])[-ATTEMPTS_KEPT:]),
            delivery_id,
        ),
    )
