"""The routes for incidents, crises and spikes are data here, for the OpenAPI document."""

from surgeline.domain.ids import NAME

from local.published import crisis_bodies
from local.published.operation_kinds import Operation, of_operators

OF_CRISES: dict[str, Operation] = {
    "GET /v1/web/{channel_id}/notices": Operation(
        "The texts of what is wrong now, by language, for visitors who did not ask",
        answers={200: crisis_bodies.Notices},
        refusals=(401, 503),
    ),
    "GET /v1/admin/crisis": of_operators(
        "Whether a crisis is on, its profiles, and what becomes of the articles",
        answers={200: crisis_bodies.CrisisStatus},
    ),
    "PUT /v1/admin/crisis": of_operators(
        "Turn a crisis on with a profile, for some time",
        takes=crisis_bodies.TurnOn,
        answers={200: crisis_bodies.CrisisStatus},
    ),
    "DELETE /v1/admin/crisis": of_operators(
        "Turn the crisis off", answers={200: crisis_bodies.CrisisStatus}
    ),
    "PUT /v1/admin/crisis/profiles/{profile_id}": of_operators(
        "Add a crisis profile, or define it anew",
        takes=crisis_bodies.ProfileFields,
        answers={200: crisis_bodies.Profile},
    ),
    "GET /v1/admin/crisis/rehearsal": of_operators(
        "What each conversation of the last day would have met under a profile",
        answers={200: crisis_bodies.Rehearsal},
        query={"profile": {"type": "string", "pattern": f"^{NAME}$"}},
    ),
    "GET /v1/admin/incidents": of_operators(
        "The incidents of the last two weeks, and how many contacts each one avoided",
        answers={200: crisis_bodies.Incidents},
    ),
    "POST /v1/admin/incidents": of_operators(
        "Put an approved text before the bot's answers on a topic, until its end",
        takes=crisis_bodies.PublishIncident,
        answers={201: crisis_bodies.Incident},
    ),
    "POST /v1/admin/incidents/{incident_id}/end": of_operators(
        "End an incident now", takes=crisis_bodies.Nothing, answers={200: crisis_bodies.Incident}
    ),
    "GET /v1/admin/spikes": of_operators(
        "Topics that unusually many customers asked about in the last two days",
        answers={200: crisis_bodies.Spikes},
    ),
}
