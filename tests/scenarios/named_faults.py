"""The hands of the named faults: who asks, who accepts, and what was seen of it."""

from surgeline.domain.thread import WAITING, Conversation, Owner

from tests.scenarios.actors import Outside, Request

NORTH = Owner("pool", "north")


def conversation(out: Outside, request: Request) -> Conversation:
    """Return the current conversation of the request's thread."""
    thread = out.world.home.store().thread(request.thread_id)
    assert thread is not None
    assert thread.conversation is not None
    return thread.conversation


def asks_for_a_person(out: Outside) -> Request:
    """Let Ann ask for a person, so that the first pool has an offer."""
    request = out.write("ann", "person please")
    out.world.settle()
    assert conversation(out, request).owner == WAITING
    return request


def is_helped(out: Outside) -> tuple[Request, dict[str, object]]:
    """Let the first pool accept Ann's offer too, and return the names that its callbacks need."""
    request = asks_for_a_person(out)
    pool, offer = out.offers()[0]
    out.accept(pool, offer)
    out.world.settle()
    assert conversation(out, request).owner == NORTH
    return request, {key: offer[key] for key in ("conversation_id", "epoch")}


def shown(out: Outside, request: Request) -> list[str]:
    """Return what reached the customer's screen, repeats too."""
    return [seen.data["message"]["text"] for seen in out.screens.get(request.thread_id, [])]


def told(out: Outside, pool: str) -> list[str]:
    """Return the customer's messages that a pool was told of."""
    return [
        seen.data["message"]["text"]
        for seen in out.pools[pool].inbox
        if seen.event == "conversation.message"
    ]


def refusal(request: Request) -> object:
    """Return the state that a 409 names."""
    assert request.status == 409
    return request.body["error"]["state"]
