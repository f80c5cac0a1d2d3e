"""The configuration is changed here, as a whole or one channel or pool at a time.

A removed channel or pool is revoked: its secret is deleted too, and a pool loses its offers and
conversations (decision 0072).
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from surgeline.application.configuration import Configuration, ConfigurationShelf, Item
from surgeline.application.configuration_pointer import NOBODY, Author, Pointer
from surgeline.application.ports.board import PoolBoard
from surgeline.application.ports.refusals import Absent, Changed
from surgeline.application.ports.secrets import Secrets
from surgeline.errors import Disagrees, Unreadable

TRIES = 5
ONE: Mapping[Item, str] = {"channels": "channel", "pools": "pool"}
NESTED = ("hours", "week", "special")
"""The objects of a pool that a change merges key by key. A null takes a key out."""

Shown = dict[str, Any]
"""A channel or pool as the configuration's JSON has it."""
Ways = Mapping[tuple[Item, str], str]
"""The names of the kinds of channels and pools, by their ids."""


class Form(Protocol):
    """Reads and writes the configuration's JSON. `adapters.configuration.format` implements it."""

    def shown(self, configuration: Configuration) -> dict[str, Any]:
        """Return the JSON document."""

    def encode(self, configuration: Configuration) -> bytes:
        """Return the bytes as they are stored."""

    def parse(
        self,
        value: object,
        *,
        allow_loopback: bool,
        stored: Configuration | None = None,
        written: tuple[Item, str] | None = None,
    ) -> Configuration:
        """Return a configuration that a person wrote. Raises Unprocessable with every problem.

        `written` is the only channel or pool that the person wrote, where that is so.
        """

    def remains(self, raw: bytes) -> Ways:
        """Return what can be told of the channels and pools of an unreadable document."""

    def way(self, item: Item, shown: Mapping[str, object]) -> str:
        """Return the name of the kind that an item's own fields belong to."""

    def has_secret(self, item: Item, shown: Mapping[str, object]) -> bool:
        """Return whether an item of that kind is verified with a secret."""


class ChangeConfiguration:
    """The use case. Each change is published as a version of its own."""

    def __init__(
        self,
        *,
        shelf: ConfigurationShelf,
        form: Form,
        secrets: Secrets,
        board: PoolBoard,
        dismiss: Callable[[str], int],
        new_secret: Callable[[], str],
        allow_loopback: bool,
        author: Author = NOBODY,
    ) -> None:
        self._author = author
        self._shelf = shelf
        self._form = form
        self._secrets = secrets
        self._board = board
        self._dismiss = dismiss
        self._new_secret = new_secret
        self._allow_loopback = allow_loopback

    def signed(self, author: Author) -> "ChangeConfiguration":
        """Return this use case for one person, whose name stands with each version."""
        return ChangeConfiguration(
            shelf=self._shelf,
            form=self._form,
            secrets=self._secrets,
            board=self._board,
            dismiss=self._dismiss,
            new_secret=self._new_secret,
            allow_loopback=self._allow_loopback,
            author=author,
        )

    # ------------------------------------------------------------ as a whole

    def publish(
        self, value: object, *, after: str | None, remove: bool, unreadable: bool = False
    ) -> str:
        """Put a whole document in force, and return its version.

        `after` is the version that the document was made from, where the caller says so. A document
        that lacks a present channel or pool is refused unless `remove` confirms the removal.
        `unreadable` confirms that a configuration which this release can't read is replaced.
        Versions that others publish at the same moment are looked at too, so that every removed
        channel or pool is revoked.
        """
        for _ in range(TRIES):
            before, ways = self._before(unreadable=unreadable)
            pointer = self._shelf.pointer
            if after is not None and after != pointer.version:
                raise _overtaken(pointer.version, after)
            wanted = self._parsed(value, before)
            gone = self._gone(ways, wanted)
            if gone and not remove:
                raise _removes(gone)
            try:
                version = self._put(wanted, after=pointer)
            except Changed:
                continue
            for item, each in gone:
                self._revoke(item, each)
            return version
        raise _busy()

    def tried(self, value: object) -> Configuration:
        """Return a document's configuration, and put nothing in force. Raises Unprocessable."""
        return self._parsed(value, self._shelf.latest())

    def _before(self, *, unreadable: bool) -> tuple[Configuration, Ways]:
        """Return the configuration in force, and its channels and pools with their kinds.

        One that this release can't read counts as empty, if its replacement is meant. Its channels
        and pools are listed as far as they can be told.
        """
        try:
            before = self._shelf.latest()
        except Unreadable as error:
            if not unreadable:
                raise _unread(error) from error
            return Configuration(), self._form.remains(self._shelf.unread())
        return before, self._ways(before)

    def _gone(self, old: Ways, wanted: Configuration) -> list[tuple[Item, str]]:
        """List the channels and pools that are removed, or whose kind changes."""
        new = self._ways(wanted)
        return [key for key, way in old.items() if new.get(key) != way]

    def _ways(self, configuration: Configuration) -> Ways:
        shown = self._form.shown(configuration)
        return {
            (item, str(each.get("id"))): self._form.way(item, each)
            for item in ONE
            for each in shown[item]
        }

    def amend(self, make: Callable[[Configuration], Configuration]) -> str:
        """Put in force what `make` returns of the configuration in force. Return its version.

        `make` is called again if another change came first. It must not add or remove a channel or
        a pool. Raises Disagrees.
        """
        for _ in range(TRIES):
            current = self._shelf.latest()
            pointer = self._shelf.pointer
            try:
                return self._put(make(current), after=pointer)
            except Changed:
                continue
        raise _busy()

    # ------------------------------------------------------------ one by one

    def put(
        self, item: Item, item_id: str, wanted: Shown, *, replace: bool, brought: str | None = None
    ) -> tuple[Shown, Shown]:
        """Add a channel or pool, or replace it. Return it, and its secret if it is new.

        `brought` is a secret that the caller has from elsewhere. It is kept and never shown.

        One of another kind under the same id is refused unless `replace` confirms the change. Then
        the old secret is deleted, and nothing of the old one is left.
        """
        was: list[Shown | None] = []

        def made(known: Shown | None) -> Shown:
            was[:] = [known]
            if known is not None and not replace:
                self._same_kind(item, known, wanted)
            return wanted

        shown = self._change(item, item_id, made)
        known = was[0]
        if known is not None and self._form.way(item, known) != self._form.way(item, shown):
            self._revoke(item, item_id)
        if item == "pools":
            self._board.enable(item_id)  # an earlier pool of this id may have been gone
        if brought is not None:
            self._secrets.put(f"{item}/{item_id}", brought)
        return shown, self._secret(item, shown, added=known is None)

    def patch(self, item: Item, item_id: str, fields: Shown) -> Shown:
        """Change the given fields and nothing else. Return the channel or pool.

        A pool's hours are merged by day and date, and dates of `holidays` are added. A pool that
        answered 410 is asked again.
        """

        def made(known: Shown | None) -> Shown:
            present = _present(known, item, item_id)
            wanted: Shown = merged(present, fields) | {"id": item_id}
            self._same_kind(item, present, wanted)
            return wanted

        shown: Shown = self._change(item, item_id, made)
        if item == "pools":
            self._board.enable(item_id)
        return shown

    def remove(self, item: Item, item_id: str) -> None:
        """Remove a channel or pool and revoke it. A repeat finishes an interrupted removal."""
        leftover = bool(self._secrets.latest(f"{item}/{item_id}"))

        def gone(known: Shown | None) -> None:
            _present(known, item, item_id)

        try:
            self._change(item, item_id, gone)
        except Absent:
            if not leftover and not (item == "pools" and self._dismiss(item_id)):
                raise
        self._revoke(item, item_id)

    def first_secret(self, item: Item, item_id: str) -> Shown:
        """Make the secret of an endpoint that a whole document added.

        Do nothing if there is a secret.
        """
        shown = self._form.shown(self._shelf.latest())[item]
        known = next((each for each in shown if each.get("id") == item_id), None)
        present = _present(known, item, item_id)
        if item == "channels" and self._form.way(item, present) == "web":
            return self._first(f"{item}/{item_id}")  # for proofs of who a customer is
        return self._secret(item, present, added=False)

    def _same_kind(self, item: Item, known: Shown, wanted: Shown) -> None:
        old, new = self._form.way(item, known), self._form.way(item, wanted)
        if old != new:
            raise Disagrees(
                f"there is a {ONE[item]} {known['id']!r} of the kind {old!r}; say that one of the "
                f"kind {new!r} shall take its place (?replace=yes, `--replace`)",
                state=old,
            )

    def _change(self, item: Item, item_id: str, make: Callable[[Shown | None], Any]) -> Any:  # noqa: ANN401 # Shown or None
        """Publish the configuration with one item added, changed in its place, or removed.

        `make` returns the new item from the present one. It is called again if another change came
        first, so that no simultaneous change is lost. Raises Disagrees.
        """
        for _ in range(TRIES):
            current = self._shelf.latest()
            pointer = self._shelf.pointer
            whole = self._form.shown(current)
            made = make(next((each for each in whole[item] if each.get("id") == item_id), None))
            items = [made if each.get("id") == item_id else each for each in whole[item]]
            items += [] if made in items else [made]
            whole[item] = [each for each in items if each is not None]
            if made is None and item == "channels":
                whole["brands"].pop(item_id, None)
            try:
                self._put(self._parsed(whole, current, (item, item_id)), after=pointer)
            except Changed:
                continue
            return made
        raise _busy()

    def _parsed(
        self, value: object, stored: Configuration, written: tuple[Item, str] | None = None
    ) -> Configuration:
        return self._form.parse(
            value, allow_loopback=self._allow_loopback, stored=stored, written=written
        )

    def _put(self, configuration: Configuration, *, after: Pointer) -> str:
        version = hashlib.sha256(self._form.encode(configuration)).hexdigest()[:16]
        self._shelf.publish(configuration, version, after=after, author=self._author)
        return version

    # ------------------------------------------------------------ secrets

    def _secret(self, item: Item, shown: Shown, *, added: bool) -> Shown:
        """Make the secret of a new endpoint, or of one that never had any. It is shown only now."""
        name = f"{item}/{shown['id']}"
        if not self._form.has_secret(item, shown):
            return {}
        secret = self._new_secret()
        if added:
            self._secrets.put(name, secret)  # the secret of an earlier one opens nothing any more
            return {"secret": secret}
        return self._first(name, secret)

    def _first(self, name: str, secret: str | None = None) -> Shown:
        """Keep a secret where there is none, and return it."""
        if self._secrets.latest(name):
            return {}
        made = secret or self._new_secret()
        self._secrets.swap(name, made, was=None)
        return {"secret": made}

    def _revoke(self, item: Item, item_id: str) -> None:
        self._secrets.delete(f"{item}/{item_id}")
        if item == "pools":
            self._dismiss(item_id)
            self._board.report(item_id, seats=0, until=0)  # no later pool inherits the report


def _overtaken(by: str, after: str) -> Disagrees:
    return Disagrees(
        f"version {by or 'none'} is in force by now, not {after}: "
        "look at what others changed, and publish again",
        state=by,
    )


def _unread(error: Unreadable) -> Disagrees:
    return Disagrees(
        f"this release can't read the configuration in force: {error}; deploy the release that "
        "published it, or say that the replacement is meant (?unreadable=yes, "
        "`config publish --unreadable`)",
        state="unreadable",
    )


def _busy() -> Disagrees:
    return Disagrees("others are changing the configuration; nothing was changed, try again")


def _removes(gone: list[tuple[Item, str]]) -> Disagrees:
    return Disagrees(
        f"this would remove {', '.join(f'{item}/{each}' for item, each in gone)}, with "
        "the secrets; say that it is meant (?remove=yes, `config publish --remove`)",
        state="removes",
    )


def merged(known: Shown, fields: Shown) -> Shown:
    """Return an item with the given fields replaced. Hours are merged by day and date."""
    result = known | fields
    for name in NESTED:
        old, new = known.get(name), fields.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            both = merged(old, new)
            result[name] = {key: each for key, each in both.items() if each is not None}
    old, new = known.get("holidays"), fields.get("holidays")
    if isinstance(old, list) and isinstance(new, list):
        result["holidays"] = sorted({*old, *new}, key=str)
    return result


def _present(item: Shown | None, kind: Item, item_id: str) -> Shown:
    if item is None:
        raise Absent(f"there is no {ONE[kind]} {item_id!r}")
    return item
