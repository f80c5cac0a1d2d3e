"""Each route's bodies and answers are data here, for the OpenAPI document.

A route without a row here is described by its path alone.
"""

from typing import Annotated

from pydantic import Field
from surgeline.adapters.pool_protocol import ENVELOPES
from surgeline.domain.ids import NAME

from local.published import bodies, staff_bodies
from local.published.backlog_operations import OF_BACKLOGS
from local.published.call_operations import OF_SHIFTS, call_operations
from local.published.crisis_operations import OF_CRISES
from local.published.customer_operations import OF_CUSTOMER_DATA
from local.published.events import TranscriptPage
from local.published.file_operations import OF_FILES
from local.published.key_operations import OF_KEYS
from local.published.operation_kinds import (
    ARTICLES,
    MAY_ASK,
    MEANT,
    PAGE,
    ROTATED,
    ROTATION,
    SIGNED,
    SPAN,
    VISITOR,
    Operation,
    of_operators,
    of_staff,
)
from local.published.page_operations import OF_PAGES
from local.published.sign_in_operations import OF_SIGN_IN
from local.published.surge_operations import surge_operations
from local.published.told_operations import OF_SUBSCRIBERS

OPERATIONS: dict[str, Operation] = {
    **OF_BACKLOGS,
    **OF_CRISES,
    **OF_CUSTOMER_DATA,
    **OF_FILES,
    **OF_KEYS,
    **OF_PAGES,
    **OF_SIGN_IN,
    "POST /v1/channels/{channel_id}/messages": Operation(
        "A customer's message, from a channel",
        proof="signature",
        takes=bodies.ChannelMessage,
        answers={202: bodies.Kept},
        refusals=SIGNED,
    ),
    "GET /v1/hooks/{kind}/{channel_id}": Operation(
        "The answer to a provider (Meta) that tries a hook before it posts there",
        answers={200: None},
        refusals=(401, 404, 413, 415, 503),
        query={
            "hub.mode": {"enum": ["subscribe"]},
            "hub.verify_token": {"type": "string"},
            "hub.challenge": {"type": "string"},
        },
    ),
    "POST /v1/hooks/{kind}/{channel_id}": Operation(
        "Events of a channel's provider, such as LINE, in the provider's own form and signature",
        takes=bodies.Document,
        answers={200: bodies.Document},
        refusals=(400, 401, 404, 413, 415, 429, 503),
    ),
    "POST /v1/pools/{pool_id}/events": Operation(
        "An event of a pool",
        proof="signature",
        takes=Annotated[ENVELOPES, Field(discriminator="type")],
        answers={200: bodies.AcceptedAnswer, 202: bodies.TakenAnswer},
        refusals=(*SIGNED, 404, 409),
    ),
    "POST /v1/pools/{pool_id}/transcripts": Operation(
        "A page of the whole transcript, for a pool that is offered the conversation or owns it",
        proof="signature",
        takes=bodies.TranscriptAsked,
        answers={200: TranscriptPage},
        refusals=(*SIGNED, 404),
    ),
    "POST /v1/desks/{kind}/{pool_id}": Operation(
        "Events of the tool in which a pool works, in the tool's own form and signature",
        takes=bodies.Document,
        answers={200: bodies.Document},
        refusals=(400, 401, 404, 413, 415, 429, 503),
    ),
    "GET /v1/openapi.json": Operation("This document", answers={200: None, 304: None}),
    "GET /v1/schemas/{name}": Operation(
        "The JSON Schema of an event, by its type and `.json`",
        answers={200: None, 304: None},
        refusals=(404,),
    ),
    "GET /v1/media/{token}": Operation(
        "A file that a customer sent, or where the bucket gives it out",
        answers={200: None, 303: None},
        refusals=(404, 413, 415, 503),
    ),
    "GET /v1/web/{channel_id}/look": Operation(
        "The words and colours of the widget's button, in the first language that is spoken",
        answers={200: bodies.Look},
        refusals=(401, 413, 415, 503),
        query={
            "languages": {"type": "string", "example": "fr-CA,en"},
            "page": {"type": "string", "example": "https://www.example.com/returns"},
        },
    ),
    "POST /v1/web/{channel_id}/visitors": Operation(
        "A new anonymous visitor of the chat page, or the words of a search that found nothing",
        answers={201: bodies.NewVisitor, 204: None},
        refusals=(400, 401, 413, 415, 429, 503),
    ),
    "POST /v1/web/{channel_id}/messages": Operation(
        "A visitor's message",
        proof="visitor",
        takes=bodies.ChatMessage,
        answers={202: bodies.Kept},
        refusals=VISITOR,
    ),
    "GET /v1/web/{channel_id}/messages": Operation(
        "What was said after a sequence number",
        proof="visitor",
        answers={200: bodies.Chat},
        refusals=(400, 401, 503),
        query={"after": {"type": "integer", "minimum": 0, "maximum": 10**12 - 1}},
    ),
    "POST /v1/web/{channel_id}/leave": Operation(
        "The visitor ends the chat",
        proof="visitor",
        answers={202: bodies.Left},
        refusals=(401, 413, 415, 429, 503),
    ),
    "OPTIONS /v1/web/{channel_id}/visitors": MAY_ASK,
    "OPTIONS /v1/web/{channel_id}/messages": MAY_ASK,
    "OPTIONS /v1/web/{channel_id}/leave": MAY_ASK,
    "PUT /v1/admin/configuration": of_operators(
        "A whole new configuration (/v1/schemas/configuration.json)",
        takes=bodies.Document,
        query={"remove": MEANT, "unreadable": MEANT},
    ),
    "GET /v1/admin/configuration": of_operators(
        "The configuration in force, or a former version of it",
        query={"version": {"type": "string", "pattern": "^[0-9a-f]{16}$"}},
    ),
    "GET /v1/admin/configuration/versions": of_operators(
        "The version in force and those before it"
    ),
    "PUT /v1/admin/routing": of_operators(
        "The steps by which pools are asked, and nothing else", takes=bodies.RoutingOnly
    ),
    "POST /v1/admin/configuration/rollback": of_operators(
        "Put a former version in force again", takes=bodies.FormerVersion, query={"remove": MEANT}
    ),
    "GET /v1/admin/look": of_operators(
        "The look and the words in force, and the texts that they replace"
    ),
    "PUT /v1/admin/look": of_operators(
        "Another look for the company or its brands", takes=bodies.Looks
    ),
    "POST /v1/admin/look/preview": of_operators(
        "How a look would be drawn, without putting it in force", takes=bodies.Looks
    ),
    "PUT /v1/admin/channels/{channel_id}": of_operators(
        "Add a channel, or define it anew", takes=bodies.Document, query={"replace": MEANT}
    ),
    "PUT /v1/admin/pools/{pool_id}": of_operators(
        "Add a pool, or define it anew", takes=bodies.Document, query={"replace": MEANT}
    ),
    "PUT /v1/admin/knowledge/{knowledge_base}": of_operators(
        "Articles, one JSON object a line; valid ones answer shortly after",
        takes=str,
        takes_type=ARTICLES,
        answers={202: bodies.Document},
    ),
    "GET /v1/admin/knowledge/{knowledge_base}/articles": of_operators(
        "The ids, languages and titles that answer, or whole articles in pages",
        query={
            "ids": {"type": "string", "example": "en-order-status,en-returns"},
            "content": {"enum": ["yes", "no"]},
            "after": {"type": "integer", "minimum": 0, "maximum": 10**9 - 1},
        },
    ),
    "PUT /v1/admin/knowledge/{knowledge_base}/reviews": of_operators(
        "All reviews of live answers, one JSON object a line, in place of those before",
        takes=str,
        takes_type=ARTICLES,
        answers={202: bodies.Document},
    ),
    "PUT /v1/admin/knowledge/{knowledge_base}/traffic": of_operators(
        "Hold the rehearsed thresholds, or let them follow recent questions",
        takes=bodies.Held,
    ),
    "POST /v1/admin/knowledge/{knowledge_base}/explain": of_operators(
        "What would become of a text, and why",
        takes=bodies.Asked,
    ),
    "POST /v1/admin/pools/{pool_id}/ping": of_operators(
        "Send a pool's endpoint a pool.ping now",
        answers={200: bodies.Pinged},
    ),
    "POST /v1/admin/pools/{pool_id}/secret": of_operators(ROTATION, **ROTATED),
    "POST /v1/admin/channels/{channel_id}/secret": of_operators(ROTATION, **ROTATED),
    "POST /v1/admin/pools/{pool_id}/check": of_operators(
        "Try the settings of a pool's tool, with calls that send nothing to anybody",
        answers={200: bodies.Checked},
    ),
    "POST /v1/admin/channels/{channel_id}/check": of_operators(
        "Try the settings of a provider's channel, with calls that send nothing to anybody",
        answers={200: bodies.Checked},
    ),
    "POST /v1/admin/customers/export": of_operators(
        "Everything that is held about one sender on one channel; next_after goes on",
        takes=bodies.ExportCustomer,
        answers={200: bodies.Document},
    ),
    "POST /v1/admin/erasures": of_operators(
        "Delete all of one sender on one channel: 202 under way, so ask again until 200",
        takes=bodies.Erase,
        answers={200: bodies.Document, 202: bodies.Document},
    ),
    "GET /v1/admin/deliveries": of_operators(
        "What was sent to channels and pools, with every attempt, without its text",
        query={
            "endpoint": {"type": "string", "pattern": f"^(?:{bodies.ENDPOINTS}):{NAME}$"},
            "conversation": {"type": "string"},
            "id": {"type": "string", "minLength": 1, "maxLength": 64},
            **SPAN,
            "state": {"enum": ["delivered", "failed", "expired", "retrying"]},
            "limit": {"type": "integer", "minimum": 1, "maximum": 1000},
        },
    ),
    "POST /v1/admin/deliveries/replay": of_operators(
        "Send deliveries again, under the same webhook ids",
        takes=bodies.Replay,
        answers={200: bodies.Replayed},
    ),
    "GET /v1/admin/conversations": of_operators(
        "Conversations by the time of their opening, the newest first; next_after goes on",
        query={
            **SPAN,
            "channel": {"type": "string", "pattern": f"^{NAME}$"},
            "sender": {"type": "string", "minLength": 1, "maxLength": 256},
            "pool": {"type": "string", "pattern": f"^{NAME}$"},
            "article": {"type": "string", "minLength": 1, "maxLength": 200},
            "language": {"type": "string", "pattern": "^[a-zA-Z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$"},
            **{
                name: {"enum": ["yes", "no"]}
                for name in (
                    *("open", "waiting", "kept", "promised", "overdue", "callback"),
                    *("unreached", "unanswered", "rejected", "handed_off"),
                )
            },
            "after": {"type": "string", "pattern": "^[0-9]{1,13}-x[a-z2-7]{1,64}$"},
            "limit": {"type": "integer", "minimum": 1, "maximum": 200},
        },
    ),
    "GET /v1/admin/conversations/{conversation_id}": of_operators(
        "A page of everything kept of a conversation, and why; next_after asks for the next one",
        query={
            "after": {"type": "integer", "minimum": 0, "maximum": 10**12 - 1},
            "language": {"enum": ["en", "ko", "fr"]},
        },
    ),
    "POST /v1/admin/conversations/{conversation_id}/assign": of_operators(
        "Have a pool asked to take the conversation, in place of whoever has it under that epoch",
        takes=bodies.AssignTo,
        answers={202: bodies.Assigned},
    ),
    "GET /v1/admin/live": of_operators(
        "How each pool stands, who waits, which alerts stand, and what the last hour brought",
        query={
            "within": {"type": "integer", "minimum": 0, "maximum": 3600},
            "language": {"enum": ["en", "ko", "fr"]},
        },
    ),
    **OF_SUBSCRIBERS,
    **surge_operations(of_operators),
    **call_operations(of_operators, Operation, PAGE),
    **OF_SHIFTS,
    "GET /v1/admin/reports/{report}": of_operators(
        "A report on the conversations that were opened on some days, as it stands now",
        answers={200: bodies.Report},
        query={
            "day": {"type": "string", "format": "date"},
            "week": {"type": "string", "pattern": "^[0-9]{4}-W[0-9]{2}$"},
            "from": {"type": "string", "format": "date"},
            "to": {"type": "string", "format": "date"},
            "zone": {"type": "string", "maxLength": 64},
            "language": {"enum": ["en", "ko", "fr"]},
            "format": {"enum": ["json", "html"]},
            "texts": {"enum": ["yes", "no"]},
        },
    ),
    "GET /staff/{folder}/{file}": Operation(
        "A file of the pages of the company's own people",
        answers={200: None, 304: None},
        refusals=(404, 413, 415),
    ),
    "PATCH /v1/admin/pools/{pool_id}/day": of_operators(
        "Pause or open a pool, and set its seats and hours: the changes of a lead's day",
        takes=bodies.Document,
    ),
    "PATCH /v1/admin/channels/{channel_id}/day": of_operators(
        "Close a channel with a text and a link, or open it again: a change of a lead's day",
        takes=bodies.Document,
    ),
    "GET /lead": Operation("The lead's page", **PAGE),
    "GET /agent": Operation("The agent's console", **PAGE),
    "GET /v1/staff/desk": of_staff(
        "The desks of the person's pools: who sits there, and what lies there",
        {200: staff_bodies.Desks},
    ),
    "PUT /v1/staff/desk/presence": of_staff(
        "Be at the desks, finish, or be away; say it again within `again_within_seconds`",
        {200: bodies.Document},
        takes=staff_bodies.Presence,
    ),
    "POST /v1/staff/desk/ticket": of_staff(
        "Where a page opens its socket at a desk, and with which subprotocols",
        {201: staff_bodies.Ticket},
        takes=staff_bodies.TicketAsked,
    ),
    "POST /v1/staff/pools/{pool_id}/events": of_staff(
        "An event of the pool protocol, from a person at the desk; `id` is the page's own for it",
        {200: bodies.Document, 202: bodies.Document},
        takes=bodies.Document,
    ),
    "POST /v1/staff/pools/{pool_id}/give": of_staff(
        "Give a conversation to a colleague at the desk",
        {200: bodies.Document},
        takes=staff_bodies.Give,
    ),
    "GET /v1/staff/pools/{pool_id}/cases/{conversation_id}": of_staff(
        "A page of a conversation at the desk, with what there is to know of it",
        {200: bodies.Document},
        query={"after": {"type": "integer", "minimum": 0, "maximum": 10**12 - 1}},
    ),
    "GET /v1/admin/staff": of_operators(
        "Everybody who was invited, with role and pools", {200: staff_bodies.Everybody}
    ),
    "POST /v1/admin/staff": of_operators(
        "Add or change a person; `path` is a link of this instance that signs in once",
        {201: staff_bodies.Invitation},
        takes=staff_bodies.Invite,
    ),
    "POST /v1/admin/staff/{person_id}/revoke": of_operators(
        "End a person's sessions, invitations and password at once; a lead may end an agent's",
        takes=bodies.Document,
    ),
    "GET /v1/admin/audit": of_operators(
        "Who changed what, the newest first; an act without a status was cut off",
        {200: staff_bodies.Audit},
        query=SPAN,
    ),
    "POST /v1/admin/dead-letters/redrive": of_operators(
        "Send dead letters again",
        takes=bodies.RedriveSome | bodies.RedriveAll,
    ),
    "GET /v1/admin/dead-letters": of_operators(
        "What could not be handled, without its text",
        query={"limit": {"type": "integer", "minimum": 1, "maximum": 1000}},
    ),
}


SUMMARIES = {
    "DELETE /v1/admin/subscriptions/{subscription_id}": "End a subscription, and delete its secret",
    "GET /v1/admin/status": "That the system is there, and what it runs with",
    "GET /v1/admin/configuration": "The configuration in force, with its version",
    "PATCH /v1/admin/channels/{channel_id}": "Change the fields given of a channel",
    "DELETE /v1/admin/channels/{channel_id}": "Forget a channel, and delete its secret",
    "PATCH /v1/admin/pools/{pool_id}": "Change the fields given of a pool",
    "DELETE /v1/admin/pools/{pool_id}": "Forget a pool and its secret; what it has moves on",
    "GET /v1/admin/knowledge/{knowledge_base}": "Which version of a knowledge base answers",
    "GET /v1/admin/knowledge/{knowledge_base}/reviews": "What its last reviews prove",
    "GET /v1/admin/knowledge/{knowledge_base}/candidates": "What was asked and not answered",
    "GET /v1/admin/knowledge/{knowledge_base}/traffic": "What recent questions moved, and why",
    "GET /v1/admin/knowledge/{knowledge_base}/notices": "What changed, and who has read it",
    "GET /v1/admin/knowledge/{knowledge_base}/versions": "The versions of a knowledge base",
    "POST /v1/admin/knowledge/{knowledge_base}/rollback": "Make an earlier version current",
}
"""Routes whose bodies are described in the documentation only."""


def operation(key: str, purpose: str) -> Operation:
    """Return the row of a route key, or a row made from the function's purpose."""
    method, path = key.split(" ")
    takes = bodies.Document if method in {"PUT", "POST", "PATCH"} else None
    summary = SUMMARIES.get(key, f"{path.rpartition('/v1/')[2]} ({purpose})")
    unlisted = of_operators(summary, takes=takes)
    return OPERATIONS.get(key, unlisted)
