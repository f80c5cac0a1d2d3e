"""The routes for alerts, notices and those who are told are data here, for the OpenAPI document."""

from local.published import bodies, staff_bodies
from local.published.operation_kinds import Operation, of_operators, of_staff

OF_SUBSCRIBERS: dict[str, Operation] = {
    "GET /v1/staff/articles": of_staff(
        "Articles of a channel that have these words, to insert one",
        {200: bodies.Document},
        query={
            "channel_id": {"type": "string"},
            "words": {"type": "string", "maxLength": 100},
            "language": {"type": "string"},
        },
    ),
    "GET /v1/staff/notices": of_staff(
        "The changes of articles that the person has not read", {200: bodies.Document}
    ),
    "POST /v1/staff/notices/read": of_staff(
        "Note that the person has read changes: `{ids}`",
        {200: bodies.Document},
        takes=bodies.Document,
    ),
    "GET /v1/admin/alerts": of_operators(
        "Which alerts stand, and why",
        {200: staff_bodies.Alerts},
        query={"language": {"enum": ["en", "ko", "fr"]}},
    ),
    "POST /v1/admin/alerts/{alert_id}/acknowledge": of_operators(
        "Say that the caller takes care of an alert, which stands until its number is good again",
        {200: staff_bodies.Acknowledged},
        takes=bodies.Document,
    ),
    "GET /v1/admin/subscriptions": of_operators(
        "Who is told of alerts, conversations and reports, and when"
    ),
    "PUT /v1/admin/subscriptions/{subscription_id}": of_operators(
        "Add or replace a subscription; the secret of a new webhook is shown only here",
        takes=staff_bodies.Subscribe,
    ),
    "POST /v1/admin/subscriptions/{subscription_id}/ping": of_operators(
        "Send a subscription a test: a webhook at once, a mail or a chat as a delivery",
        answers={200: bodies.Pinged, 202: staff_bodies.TestSent},
    ),
}
