"""A ledger in memory, for tests of use cases that keep documents."""

from dataclasses import dataclass, field

from surgeline.application.ports.ledger import LAST_ID, Entry


@dataclass
class MemoryLedger:
    """Keeps entries as `ports.ledger.Ledger` says, until the test ends."""

    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)

    def read(self, book: str, entry_id: str) -> Entry | None:
        return self.entries.get((book, entry_id))

    def write(self, entry: Entry) -> bool:
        known = self.read(entry.book, entry.id)
        if entry.version != (known.version if known else 0) + 1:
            return False
        self.entries[entry.book, entry.id] = entry
        return True

    def find(
        self,
        book: str,
        *,
        limit: int,
        first: str = "",
        last: str = LAST_ID,
        newest_first: bool = False,
    ) -> list[Entry]:
        places = sorted(self.entries, reverse=newest_first)
        found = [self.entries[each] for each in places if each[0] == book]
        return [each for each in found if first <= each.id <= last][:limit]
