"""The notebook in DynamoDB has an item for each page, with a version that a write compares."""

import zlib
from typing import Final

from surgeline.adapters.aws.errors import ConditionFailed
from surgeline.adapters.aws.table import ITEM_BYTES, PAGE, Table, expiry, int_of, item, number
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.notebook import Page
from surgeline.application.ports.refusals import Changed, TooLarge
from surgeline.application.ports.retention import RECORD_DAYS

SORT_KEY: Final = "page"


class DynamoNotebook:
    """ports.Notebook. A page that is written no more goes when records do."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def read(self, name: str) -> Page:
        """Return the page."""
        found = self._table.get(f"{PAGE}{name}", SORT_KEY)
        if found is None:
            return Page()
        return Page(zlib.decompress(found["body"]["B"]), int_of(found, "version") or 0)

    def write(self, name: str, body: bytes, *, after: Page) -> Page:
        """Replace the page if its version is still the one that was read."""
        if len(body) > ITEM_BYTES:
            raise TooLarge(f"a page of {len(body)} bytes is over the store's {ITEM_BYTES}")
        new = Page(body, after.version + 1)
        attributes = {"body": {"B": zlib.compress(body, 6)}, "version": number(new.version)}
        whole = item(
            f"{PAGE}{name}",
            SORT_KEY,
            attributes,
            expires=expiry(self._clock.now(), RECORD_DAYS),
        )
        condition = "#version = :was" if after.version else "attribute_not_exists(pk)"
        try:
            self._table.put(
                whole,
                condition=condition,
                names={"#version": "version"} if after.version else None,
                values={":was": number(after.version)} if after.version else None,
            )
        except ConditionFailed as error:
            raise Changed(f"the page {name!r} was written by somebody else") from error
        return new
