"""The whole system is here as plain data: what wakes each function, and what it may touch.

CDK builds AWS from this data, and the embedded runner builds a laptop from it. The tests check
both. No construct, no client and no code of either home lives here.
"""

from infra.parts import (
    BUCKET,
    MAX_BODY_BYTES,
    MINUTE_SECONDS,
    TABLE,
    Access,
    Function,
    Grant,
    Messages,
    Queue,
    Route,
    Schedule,
    Topology,
    Uploads,
    WebSocket,
)

__all__ = [
    "BUCKET",
    "FUNCTIONS",
    "MAX_BODY_BYTES",
    "MINUTE_SECONDS",
    "QUEUES",
    "SURGELINE",
    "TABLE",
    "Access",
    "Function",
    "Grant",
    "Messages",
    "Queue",
    "Route",
    "Schedule",
    "Topology",
    "Uploads",
    "WebSocket",
    "function",
    "queue",
]

MOST_RECEIVES = 1_000
"""SQS allows no more. Workers bury by themselves (docs/decisions/0003).

Every receive of a group's first message also counts for the messages behind it. SQS would then move
those messages away untried.
"""
MAX_ARTICLES_BYTES = 6_000_000
DAY_SECONDS = 86_400

QUEUES = (
    Queue(
        "events",
        fifo=True,
        visibility_seconds=180,
        max_receive_count=MOST_RECEIVES,
        late_seconds=60,
    ),
    Queue(
        "deliveries",
        fifo=True,
        visibility_seconds=360,
        max_receive_count=MOST_RECEIVES,
        late_seconds=300,
    ),
    # SQS does not say whether a delay counts as age, so a timer of 15 minutes is not late.
    Queue(
        "timers",
        fifo=False,
        visibility_seconds=60,
        max_receive_count=MOST_RECEIVES,
        late_seconds=1_200,
    ),
)

FUNCTIONS = (
    Function(
        "channel_webhook",
        "takes in messages of channels: signed ones, and those of providers by their hooks",
        wakes=(
            Route("POST", "/v1/channels/{channel_id}/messages"),
            Route("GET", "/v1/hooks/{kind}/{channel_id}"),
            Route("POST", "/v1/hooks/{kind}/{channel_id}"),
        ),
        grants=(
            Grant("events", ("send",)),
            Grant("secrets", ("read",), "channels/"),
            Grant("secrets", ("read",), "ids"),
        ),
        timeout_seconds=10,
        memory_mb=512,
    ),
    Function(
        "web_chat",
        "serves the chat pages, their messages and sockets, and the published interfaces",
        wakes=(
            Route("GET", "/"),
            Route("GET", "/c/{channel_id}"),
            Route("GET", "/assets/{file}"),
            Route("GET", "/widget.js"),
            Route("GET", "/v1/openapi.json"),
            Route("GET", "/v1/schemas/{name}"),
            Route("GET", "/v1/web/{channel_id}/look"),
            Route("POST", "/v1/web/{channel_id}/visitors"),
            Route("POST", "/v1/web/{channel_id}/messages"),
            Route("GET", "/v1/web/{channel_id}/messages"),
            Route("POST", "/v1/web/{channel_id}/leave"),
            Route("OPTIONS", "/v1/web/{channel_id}/visitors"),
            Route("OPTIONS", "/v1/web/{channel_id}/messages"),
            Route("OPTIONS", "/v1/web/{channel_id}/leave"),
            WebSocket(),
        ),
        grants=(
            Grant("events", ("send",)),
            Grant(TABLE, ("read", "join")),
            Grant(BUCKET, ("read",), "configuration/"),
            Grant("secrets", ("read",), "ids"),
        ),
        timeout_seconds=10,
        memory_mb=512,
        pages=("web/chat", "web/widget"),
    ),
    Function(
        "staff_web",
        "serves the pages of the company's own people, their sign-in, and the console's desk",
        wakes=(
            Route("GET", "/sign-in"),
            Route("GET", "/staff/{folder}/{file}"),
            Route("POST", "/v1/staff/sign-in"),
            Route("POST", "/v1/staff/sign-out"),
            Route("GET", "/v1/staff/me"),
            Route("GET", "/agent"),
            Route("GET", "/lead"),
            Route("GET", "/v1/staff/desk"),
            Route("PUT", "/v1/staff/desk/presence"),
            Route("POST", "/v1/staff/desk/ticket"),
            Route("POST", "/v1/staff/pools/{pool_id}/events"),
            Route("POST", "/v1/staff/pools/{pool_id}/give"),
            Route("GET", "/v1/staff/pools/{pool_id}/cases/{conversation_id}"),
        ),
        grants=(
            Grant("events", ("send",)),
            Grant(TABLE, ("read", "look", "settle", "sign", "desk")),
            Grant(BUCKET, ("read",), "configuration/"),
            Grant("secrets", ("read",), "ids"),
            Grant("sockets", ("push",)),
        ),
        timeout_seconds=10,
        memory_mb=512,
        pages=("web/staff", "web/agent", "web/lead"),
    ),
    Function(
        "pool_callback",
        "takes in signed events of pools and of their tools; decides acceptance at once",
        wakes=(
            Route("POST", "/v1/pools/{pool_id}/events"),
            Route("POST", "/v1/pools/{pool_id}/transcripts"),
            Route("POST", "/v1/desks/{kind}/{pool_id}"),
        ),
        grants=(
            Grant("events", ("send",)),
            Grant("deliveries", ("send",)),
            Grant("timers", ("send",)),
            Grant(TABLE, ("read", "look", "settle")),
            Grant(BUCKET, ("read",), "configuration/"),
            Grant("secrets", ("read",), "pools/"),
            Grant("secrets", ("read",), "ids"),
            Grant("sockets", ("push",)),
        ),
        timeout_seconds=10,
        memory_mb=512,
    ),
    Function(
        "conversation_worker",
        "the one writer of every thread: load, decide, commit, send",
        wakes=(Messages("events"),),
        grants=(
            Grant("events", ("send", "hold", "bury")),
            Grant("deliveries", ("send",)),
            Grant("timers", ("send",)),
            Grant(TABLE, ("read", "look", "commit", "settle", "seat")),
            Grant(BUCKET, ("read",), "configuration/"),
            Grant(BUCKET, ("read",), "knowledge/"),
        ),
        timeout_seconds=30,
        memory_mb=1024,
        layers=("numpy",),
        encodes=True,
        loops=True,
    ),
    Function(
        "delivery_worker",
        "sends to channels and pools, with retries",
        wakes=(Messages("deliveries"),),
        grants=(
            Grant("deliveries", ("hold", "bury")),
            Grant("events", ("send",)),
            Grant("timers", ("send",)),
            Grant(TABLE, ("read", "settle", "note", "desk")),
            Grant(BUCKET, ("read",), "configuration/"),
            Grant(BUCKET, ("read",), "mail-kept/"),
            Grant("mails", ("send",)),
            Grant("secrets", ("read",), "channels/"),
            Grant("secrets", ("read",), "pools/"),
            Grant("sockets", ("push",)),
        ),
        timeout_seconds=60,
        memory_mb=512,
        loops=True,
    ),
    Function(
        "timer_forwarder",
        "moves timers that came due to their threads, and later tries to the deliveries",
        wakes=(Messages("timers"),),
        grants=(
            Grant("timers", ("send", "hold", "bury")),
            Grant("events", ("send",)),
            Grant("deliveries", ("send",)),
        ),
        timeout_seconds=10,
        memory_mb=256,
        loops=True,
    ),
    Function(
        "knowledge_build",
        "builds a versioned index of uploaded articles, and lets thresholds follow traffic each day",
        wakes=(Uploads("knowledge-sources/"), Schedule(DAY_SECONDS)),
        grants=(
            Grant(TABLE, ("list",)),
            Grant(BUCKET, ("read",), "configuration/"),
            Grant(BUCKET, ("read",), "knowledge-sources/"),
            Grant(BUCKET, ("read", "write"), "knowledge/"),
        ),
        timeout_seconds=300,
        memory_mb=3008,
        own_settings=("TIER",),
        layers=("numpy",),
        encodes=True,
    ),
    Function(
        "mail_intake",
        "takes in mails of customers and of pools that were stored, and those that were left over",
        wakes=(Uploads("mail/"), Schedule(900)),
        grants=(
            Grant("events", ("send",)),
            Grant("deliveries", ("send",)),
            Grant("timers", ("send",)),
            Grant(TABLE, ("find", "settle")),
            Grant(BUCKET, ("read",), "configuration/"),
            Grant(BUCKET, ("read", "delete"), "mail/"),
            Grant(BUCKET, ("read", "write"), "mail-kept/"),
            Grant("secrets", ("read",), "channels/"),
            Grant("secrets", ("read",), "pools/"),
            Grant("secrets", ("read",), "ids"),
        ),
        timeout_seconds=60,
        memory_mb=1024,
    ),
    Function(
        "chores",
        "does the work that is due without anybody asking: exports of ended days",
        wakes=(Schedule(3_600),),
        grants=(
            Grant(TABLE, ("read", "look")),
            Grant(BUCKET, ("read",), "configuration/"),
            Grant(BUCKET, ("read", "write", "delete"), "exports/"),
        ),
        timeout_seconds=600,
        memory_mb=512,
    ),
    Function(
        "admin_api",
        "publishes knowledge and configuration, shows conversations, redrives dead letters",
        wakes=(
            Route("GET", "/v1/admin/status"),
            Route("GET", "/v1/admin/configuration"),
            Route("PUT", "/v1/admin/configuration"),
            Route("PUT", "/v1/admin/channels/{channel_id}"),
            Route("PATCH", "/v1/admin/channels/{channel_id}"),
            Route("DELETE", "/v1/admin/channels/{channel_id}"),
            Route("POST", "/v1/admin/channels/{channel_id}/secret"),
            Route("POST", "/v1/admin/channels/{channel_id}/check"),
            Route("PUT", "/v1/admin/pools/{pool_id}"),
            Route("PATCH", "/v1/admin/pools/{pool_id}"),
            Route("PATCH", "/v1/admin/pools/{pool_id}/day"),
            Route("DELETE", "/v1/admin/pools/{pool_id}"),
            Route("POST", "/v1/admin/pools/{pool_id}/check"),
            Route("POST", "/v1/admin/pools/{pool_id}/ping"),
            Route("POST", "/v1/admin/pools/{pool_id}/secret"),
            Route("GET", "/v1/admin/knowledge/{knowledge_base}"),
            Route("PUT", "/v1/admin/knowledge/{knowledge_base}", MAX_ARTICLES_BYTES),
            Route("GET", "/v1/admin/knowledge/{knowledge_base}/articles"),
            Route("GET", "/v1/admin/knowledge/{knowledge_base}/versions"),
            Route("POST", "/v1/admin/knowledge/{knowledge_base}/rollback"),
            Route("POST", "/v1/admin/knowledge/{knowledge_base}/explain"),
            Route("GET", "/v1/admin/knowledge/{knowledge_base}/candidates"),
            Route("GET", "/v1/admin/knowledge/{knowledge_base}/traffic"),
            Route("PUT", "/v1/admin/knowledge/{knowledge_base}/traffic"),
            Route("GET", "/v1/admin/knowledge/{knowledge_base}/reviews"),
            Route("PUT", "/v1/admin/knowledge/{knowledge_base}/reviews"),
            Route("GET", "/v1/admin/conversations"),
            Route("GET", "/v1/admin/conversations/{conversation_id}"),
            Route("GET", "/v1/admin/reports/{report}"),
            Route("GET", "/v1/admin/live"),
            Route("GET", "/v1/admin/deliveries"),
            Route("POST", "/v1/admin/deliveries/replay"),
            Route("POST", "/v1/admin/erasures"),
            Route("GET", "/v1/admin/dead-letters"),
            Route("POST", "/v1/admin/dead-letters/redrive"),
            Route("GET", "/v1/admin/staff"),
            Route("POST", "/v1/admin/staff"),
            Route("POST", "/v1/admin/staff/{person_id}/revoke"),
            Route("GET", "/v1/admin/audit"),
        ),
        grants=(
            Grant(TABLE, ("read", "look", "withdraw", "enable", "admit")),
            Grant(BUCKET, ("read", "write"), "configuration/"),
            Grant(BUCKET, ("write", "delete"), "exports/"),
            Grant(BUCKET, ("write",), "knowledge-sources/"),
            Grant(BUCKET, ("read", "write"), "knowledge/"),
            Grant(BUCKET, ("delete",), "mail-kept/"),
            Grant("mails", ("check",)),
            Grant("events", ("send", "redrive")),
            Grant("deliveries", ("redrive",)),
            Grant("timers", ("redrive",)),
            Grant("secrets", ("read",), "admin"),
            Grant("secrets", ("read",), "ids"),
            Grant("secrets", ("read", "write", "delete"), "channels/"),
            Grant("secrets", ("read", "write", "delete"), "pools/"),
        ),
        timeout_seconds=29,
        memory_mb=512,
        layers=("numpy",),
        encodes=True,
    ),
)


SURGELINE = Topology(QUEUES, FUNCTIONS)


def function(name: str) -> Function:
    """Return the function of that name. Raises KeyError where there is none."""
    return SURGELINE.function(name)


def queue(name: str) -> Queue:
    """Return the queue of that name. Raises KeyError where there is none."""
    return SURGELINE.queue(name)
