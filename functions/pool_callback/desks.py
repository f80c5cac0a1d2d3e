"""The tools in which pools work are heard here: each request verified, read, and then heard."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module

from surgeline.adapters.desks.hooks import DESKS, DeskHook
from surgeline.adapters.hooks import Call, Ignored
from surgeline.adapters.signing.field_sets import Fields, field_sets
from surgeline.application.configuration import ConfigurationShelf, PoolSettings
from surgeline.application.desks.acts import DeskSaid
from surgeline.application.desks.hear_desk import HearDesk
from surgeline.errors import NotFound, Unauthorized
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response
from surgeline.runtime.strict_json import load_object

MOST_NAMES = 1_000
"""So many names, and so many places of other talk, are remembered."""
NAME_SECONDS = 600
"""How long a person's name is remembered, also that it could not be told, and other talk."""


class DeskRoutes:
    """The route POST /v1/desks/{kind}/{pool_id}."""

    def __init__(
        self,
        backend: Backend,
        shelf: ConfigurationShelf,
        hear: HearDesk,
        log: Callable[..., None],
        *,
        hooks: Mapping[str, str] = DESKS,
    ) -> None:
        self._backend = backend
        self._shelf = shelf
        self._hear = hear
        self._log = log
        self._modules = hooks
        self._names: OrderedDict[tuple[str, str], tuple[int, str | None]] = OrderedDict()
        self._others: OrderedDict[tuple[str, str], int] = OrderedDict()

    def receive(self, request: Request) -> Response:
        """Hear what people did in their tool.

        A pool that was removed, or works elsewhere now, is unknown, even with a valid proof.
        """
        kind, pool_id = request.path["kind"], request.path["pool_id"]
        if kind not in self._modules:
            raise NotFound("no tool of this release has hooks under that name")
        hook: DeskHook = import_module(self._modules[kind]).HOOK
        pool = self._shelf.pool(pool_id)
        is_there = pool is not None and pool.reached_by == kind
        secrets = self._backend.secrets()
        keys = field_sets(secrets, pool_id, kind, item="pools") if is_there else ()
        now = self._backend.clock.now()
        call = Call(request.headers, request.body, request.raw_query, now)
        hook.verify(keys, call)
        if pool is None or not is_there:
            raise Unauthorized(reason="pool")
        said = hook.parse(call, load_object)
        found = hook.read(pool, said)
        if ignored := Counter(each.kind for each in found if isinstance(each, Ignored)):
            self._log("ignored", pool_id=pool.id, kinds=dict(ignored))
        for each in found:
            if isinstance(each, DeskSaid):
                offer_of = partial(self._offer_of, hook, pool, keys)
                heard = self._hear(pool, self._named(hook, pool, keys, each), offer_of)
                acts = [type(act).__name__ for act in each.acts]
                self._log("heard", pool_id=pool.id, acts=acts, end=heard)
        answer = hook.answer(said)
        return Response(200, answer.text, {"content-type": answer.content_type})

    def _offer_of(
        self, hook: DeskHook, pool: PoolSettings, keys: Sequence[Fields], said: DeskSaid
    ) -> str:
        """Return the offer of a place that is not known. The tool is seldom asked of other talk.

        Raises Unavailable.
        """
        key, now = (pool.id, said.ref), self._backend.clock.now()
        if self._others.get(key, 0) > now:
            return said.offer_id
        offer_id = hook.offer_of(self._backend.posts(), pool, keys[0], said)
        if not offer_id:
            self._others[key] = now + NAME_SECONDS * 1000
            if len(self._others) > MOST_NAMES:
                self._others.popitem(last=False)
        return offer_id

    def _named(
        self, hook: DeskHook, pool: PoolSettings, keys: Sequence[Fields], said: DeskSaid
    ) -> DeskSaid:
        """Add the name that a customer may see, where the event has none."""
        if said.agent is not None:
            return said
        key, now = (pool.id, said.person), self._backend.clock.now()
        until, name = self._names.get(key, (0, None))
        if until <= now:
            name = hook.name_of(self._backend.posts(), pool, keys[0], said.person)
            self._names[key] = (now + NAME_SECONDS * 1000, name)
            if len(self._names) > MOST_NAMES:
                self._names.popitem(last=False)
        return replace(said, agent=name)
