"""The desks of pools are kept in DynamoDB, with the people who sit at them.

    desk#<pool> / case#<conversation>                       desk#<pool> / seat#<person>

Each change is one conditional write.
"""

from dataclasses import replace
from typing import Final

from surgeline.adapters.aws.errors import ConditionFailed
from surgeline.adapters.aws.table import Item, Table, expiry, int_of, item, number, str_of, text
from surgeline.adapters.staff_format import decode, encode
from surgeline.application.ports.desk import Case, Presence
from surgeline.application.ports.retention import OFFER_DAYS

DESK: Final = "desk#"
CASE: Final = "case#"
SEAT: Final = "seat#"
LAST: Final = "\uffff"
REPLACEABLE: Final = (
    "attribute_not_exists(pk) OR epoch < :epoch"
    " OR (epoch = :epoch AND #state = :offered AND offer_id <> :offer)"
)
STATE: Final = {"#state": "state"}
NAMES: Final = {"#state": "state", "#person": "person_id"}


class DynamoDesk:
    """ports.desk.Desk. What changes of a case are attributes, and `body` has the rest."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def lay(self, case: Case) -> None:
        """Put the item over one of an earlier epoch, or over an open offer."""
        new = item(
            f"{DESK}{case.pool_id}",
            f"{CASE}{case.conversation_id}",
            {
                "body": text(encode(case)),
                "state": text(case.state),
                "offer_id": text(case.offer_id),
                "epoch": number(case.epoch),
                "told_seq": number(case.told_seq),
                "told_at": number(case.told_at),
            },
            expires=expiry(case.expires_at, OFFER_DAYS),
        )
        try:
            self._table.put(
                new,
                condition=REPLACEABLE,
                names=STATE,
                values={
                    ":epoch": number(case.epoch),
                    ":offered": text("offered"),
                    ":offer": text(case.offer_id),
                },
            )
        except ConditionFailed:
            return

    def take(self, pool_id: str, conversation_id: str, *, offer_id: str, person_id: str) -> bool:
        """Write the person into the case that lies there."""
        return self._change(
            pool_id,
            conversation_id,
            update="SET #state = :taken, #person = :person",
            condition="offer_id = :offer AND (#state <> :taken OR #person = :person)",
            names=NAMES,
            values={
                ":taken": text("taken"),
                ":person": text(person_id),
                ":offer": text(offer_id),
            },
        )

    def give(self, pool_id: str, conversation_id: str, *, epoch: int, person_id: str) -> bool:
        """Write another person into the case."""
        return self._change(
            pool_id,
            conversation_id,
            update="SET #person = :person",
            condition="epoch = :epoch AND #state = :taken",
            names=NAMES,
            values={
                ":taken": text("taken"),
                ":person": text(person_id),
                ":epoch": number(epoch),
            },
        )

    def add_message(
        self, pool_id: str, conversation_id: str, *, epoch: int, seq: int, at: int
    ) -> bool:
        """Write the newest number into the case."""
        try:
            self._table.change(
                f"{DESK}{pool_id}",
                f"{CASE}{conversation_id}",
                update="SET #seq = :seq, #at = :at",
                condition="epoch = :epoch AND #seq < :seq",
                names={"#seq": "told_seq", "#at": "told_at"},
                values={":epoch": number(epoch), ":seq": number(seq), ":at": number(at)},
            )
        except ConditionFailed as error:
            return error.item is not None and int_of(error.item, "epoch") == epoch
        return True

    def clear(
        self, pool_id: str, conversation_id: str, *, epoch: int, offer_id: str | None = None
    ) -> bool:
        """Delete the item, unless it is of a later epoch or of another offer."""
        condition = "attribute_not_exists(pk) OR epoch <= :epoch"
        values = {":epoch": number(epoch)}
        if offer_id is not None:
            condition = "attribute_not_exists(pk) OR (epoch <= :epoch AND offer_id = :offer)"
            values[":offer"] = text(offer_id)
        try:
            found = self._table.delete(
                f"{DESK}{pool_id}",
                f"{CASE}{conversation_id}",
                condition=condition,
                values=values,
            )
        except ConditionFailed:
            return False
        return found is not None

    def case(self, pool_id: str, conversation_id: str) -> Case | None:
        """Return the case, or None."""
        found = self._table.get(f"{DESK}{pool_id}", f"{CASE}{conversation_id}")
        return _case_of(found) if found else None

    def cases(self, pool_id: str) -> list[Case]:
        """Return the desk's cases."""
        found = self._table.between(f"{DESK}{pool_id}", CASE, f"{CASE}{LAST}")
        cases = [_case_of(each) for each in found]
        return sorted(cases, key=lambda each: (each.since, each.conversation_id))

    def sit(self, presence: Presence) -> None:
        """Put the presence over the person's last one."""
        self._table.put(
            item(
                f"{DESK}{presence.pool_id}",
                f"{SEAT}{presence.person_id}",
                {"body": text(encode(presence))},
                expires=expiry(presence.until, 1),
            )
        )

    def sitting(self, pool_id: str, *, now: int) -> list[Presence]:
        """Return the presences that still hold."""
        found = self._table.between(f"{DESK}{pool_id}", SEAT, f"{SEAT}{LAST}")
        presences = [decode(Presence, each["body"]["S"]) for each in found]
        return [each for each in presences if each.until > now and each.state != "away"]

    def _change(
        self,
        pool_id: str,
        conversation_id: str,
        *,
        update: str,
        condition: str,
        names: dict[str, str],
        values: Item,
    ) -> bool:
        try:
            self._table.change(
                f"{DESK}{pool_id}",
                f"{CASE}{conversation_id}",
                update=update,
                condition=condition,
                names=names,
                values=values,
            )
        except ConditionFailed:
            return False
        return True


def _case_of(found: Item) -> Case:
    case = decode(Case, found["body"]["S"])
    return replace(
        case,
        state="taken" if str_of(found, "state") == "taken" else "offered",
        person_id=str_of(found, "person_id"),
        told_seq=int_of(found, "told_seq") or 0,
        told_at=int_of(found, "told_at") or 0,
    )
