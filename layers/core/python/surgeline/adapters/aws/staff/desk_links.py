"""The links to pools' own tools are kept in DynamoDB, each in a partition of its own.

    deskref#<pool>#<ref> / link          desklink#<pool>#<conversation>#<epoch> / link

The first has the person who took the offer. The second leads to the newest offer of its epoch.
"""

from typing import Final

from surgeline.adapters.aws.errors import ConditionFailed
from surgeline.adapters.aws.table import Item, Table, expiry, item, number, str_of, text
from surgeline.adapters.staff_format import decode, encode
from surgeline.application.ports.desk_links import DeskLink
from surgeline.application.ports.retention import OFFER_DAYS

REF: Final = "deskref#"
OF: Final = "desklink#"
SORT_KEY: Final = "link"


class DynamoDeskLinks:
    """ports.desk_links.DeskLinks. Each change is one conditional write."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def tie(self, link: DeskLink) -> None:
        """Write both items. Neither takes the place of a newer one."""
        self._write(
            item(
                _by_ref(link.pool_id, link.ref),
                SORT_KEY,
                {
                    "body": text(encode(link)),
                    "at": number(link.at),
                    "offer_id": text(link.offer_id),
                },
                expires=expiry(link.at, OFFER_DAYS),
            ),
            "attribute_not_exists(pk) OR (#at < :at AND offer_id <> :offer_id)",
            names={"#at": "at"},
            values={":at": number(link.at), ":offer_id": text(link.offer_id)},
        )
        self._write(
            item(
                _by_epoch(link.pool_id, link.conversation_id, link.epoch),
                SORT_KEY,
                {"body": text(encode(link)), "at": number(link.at)},
                expires=expiry(link.at, OFFER_DAYS),
            ),
            "attribute_not_exists(pk) OR #at < :at",
            names={"#at": "at"},
            values={":at": number(link.at)},
        )

    def find(self, pool_id: str, ref: str) -> DeskLink | None:
        """Return the link of a place."""
        return _link_of(self._table.get(_by_ref(pool_id, ref), SORT_KEY))

    def of(self, pool_id: str, conversation_id: str, epoch: int) -> DeskLink | None:
        """Return the link of the newest offer."""
        return _link_of(self._table.get(_by_epoch(pool_id, conversation_id, epoch), SORT_KEY))

    def take(self, pool_id: str, ref: str, person: str) -> str:
        """Write the person into the first item."""
        try:
            found = self._table.change(
                _by_ref(pool_id, ref),
                SORT_KEY,
                update="SET #person = :person",
                condition="attribute_exists(pk) AND attribute_not_exists(#person)",
                names={"#person": "person"},
                values={":person": text(person)},
            )
        except ConditionFailed as error:
            return (str_of(error.item, "person") or "") if error.item else ""
        return str_of(found, "person") or ""

    def _write(
        self,
        new: Item,
        condition: str,
        *,
        names: dict[str, str] | None = None,
        values: Item | None = None,
    ) -> None:
        try:
            self._table.put(new, condition=condition, names=names, values=values)
        except ConditionFailed:
            return


def _by_ref(pool_id: str, ref: str) -> str:
    return f"{REF}{pool_id}#{ref}"


def _by_epoch(pool_id: str, conversation_id: str, epoch: int) -> str:
    return f"{OF}{pool_id}#{conversation_id}#{epoch}"


def _link_of(found: Item | None) -> DeskLink | None:
    return decode(DeskLink, found["body"]["S"]) if found else None
