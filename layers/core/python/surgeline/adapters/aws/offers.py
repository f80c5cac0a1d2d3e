"""Offers are kept in DynamoDB.

An acceptance is a transaction, and any other change is a conditional write.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from surgeline.adapters.aws.errors import Cancelled, ConditionFailed
from surgeline.adapters.aws.table import (
    CLAIM,
    OFFER,
    Item,
    Table,
    expiry,
    int_of,
    item,
    key,
    number,
    numbers,
    str_of,
    text,
    texts,
)
from surgeline.application.ports.offers import Offer, OfferStatus
from surgeline.application.ports.refusals import Absent, OfferClosed
from surgeline.application.ports.retention import OFFER_DAYS
from surgeline.domain.effects import OfferEnd

SORT_KEY = "offer"
CLAIMED = "claim"
STATUS = {"#status": "status"}  # a reserved word, as is "agent"


class DynamoOffers:
    """ports.Offers.

    Each offer has a partition of its own, because an acceptance knows only its id.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def create(self, offer: Offer) -> None:
        """Keep a new offer. A known id changes nothing."""
        attributes = texts(
            conversation_id=offer.conversation_id,
            pool_id=offer.pool_id,
            status=offer.status,
            agent=offer.agent,
        ) | numbers(epoch=offer.epoch, expires_at=offer.expires_at, schema=offer.schema)
        expires = expiry(offer.expires_at, OFFER_DAYS)
        new = item(_key(offer.offer_id), SORT_KEY, attributes, expires=expires)
        try:
            self._table.put(new, condition="attribute_not_exists(pk)")
        except ConditionFailed:
            return

    def accept(self, offer_id: str, *, pool_id: str, now: int, agent: str | None = None) -> Offer:
        """Accept the offer and claim its conversation's epoch, both or neither.

        See ports.Offers.
        """
        offer = self._acceptable(offer_id, pool_id, now)
        if offer.status == "accepted":
            return offer
        values = {":to": text("accepted"), ":open": text("open"), ":now": number(now)}
        update, names = "SET #status = :to", dict(STATUS)
        if agent is not None:
            update, names = f"{update}, #agent = :agent", names | {"#agent": "agent"}
            values[":agent"] = text(agent)
        claim = item(
            f"{CLAIM}{offer.conversation_id}#{offer.epoch}",
            CLAIMED,
            texts(offer_id=offer_id),
            expires=expiry(offer.expires_at, OFFER_DAYS),
        )
        try:
            self._table.transact(
                lambda table: [
                    {
                        "Update": {
                            "TableName": table,
                            "Key": key(_key(offer_id), SORT_KEY),
                            "UpdateExpression": update,
                            "ConditionExpression": "#status = :open AND expires_at > :now",
                            "ExpressionAttributeNames": names,
                            "ExpressionAttributeValues": values,
                        }
                    },
                    {
                        "Put": {
                            "TableName": table,
                            "Item": claim,
                            "ConditionExpression": "attribute_not_exists(pk)",
                        }
                    },
                ]
            )
        except Cancelled as error:
            found = self._acceptable(offer_id, pool_id, now)
            if found.status == "accepted":
                return found
            raise OfferClosed("taken") from error
        return replace(offer, status="accepted", agent=agent)

    def _acceptable(self, offer_id: str, pool_id: str, now: int) -> Offer:
        """Return the offer if it is open for this pool, or accepted by it.

        Raises Absent, OfferClosed.
        """
        offer = self.read(offer_id)
        if offer is None or offer.pool_id != pool_id:
            raise Absent("no such offer")
        if offer.status not in ("open", "accepted"):
            raise OfferClosed(offer.status)
        if offer.status == "open" and now >= offer.expires_at:
            raise OfferClosed("expired")
        return offer

    def close(self, offer_id: str, status: OfferEnd) -> Offer:
        """End the offer if it is open. Return the offer as it is now. Raises Absent."""
        try:
            found: Mapping[str, Any] = self._table.change(
                _key(offer_id),
                SORT_KEY,
                update="SET #status = :to",
                condition="#status = :open",
                names=STATUS,
                values={":to": text(status), ":open": text("open")},
            )
        except ConditionFailed as error:
            if not error.item:
                raise Absent("no such offer") from error
            found = error.item
        return _offer_of(offer_id, found)

    def read(self, offer_id: str) -> Offer | None:
        """Return the offer as it is."""
        found = self._table.get(_key(offer_id), SORT_KEY)
        return _offer_of(offer_id, found) if found else None


def _key(offer_id: str) -> str:
    return f"{OFFER}{offer_id}"


def _offer_of(offer_id: str, found: Mapping[str, Any] | Item) -> Offer:
    return Offer(
        offer_id=offer_id,
        conversation_id=found["conversation_id"]["S"],
        pool_id=found["pool_id"]["S"],
        epoch=int(found["epoch"]["N"]),
        expires_at=int(found["expires_at"]["N"]),
        status=cast(OfferStatus, found["status"]["S"]),
        agent=str_of(found, "agent"),
        schema=int_of(found, "schema") or 1,
    )
