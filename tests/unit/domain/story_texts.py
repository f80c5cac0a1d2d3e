"""The readings and the system texts of a played thread. A text is its own key."""

from surgeline.domain.reading import Abstained, Answered, WantsPerson

ANSWER = Answered(
    why="0.97 over 0.90",
    language="en",
    article_id="returns",
    text="Within 30 days.",
    confidence=0.97,
    candidates=(("returns", "Returns"), ("refunds", "Refunds")),
)
ABSTAIN = Abstained(
    why="0.41 under 0.90", language="en", confidence=0.41, candidates=ANSWER.candidates
)
PERSON = WantsPerson(why="asked for a person", language="en")

TEXTS = {
    key: f"<{key}>"
    for key in (
        "greeting",
        "thanks",
        "unreadable",
        "survey_question",
        "survey_yes",
        "survey_no",
        "survey_stop",
        "survey_why",
        "survey_thanks",
        "survey_noted",
        "survey_stopped",
        "notices_hint",
        "notices_stop",
        "notices_stopped",
        "suggest_intro",
        "suggest_person",
        "answer_rejected",
        "unsupported_language",
        "attachment",
        "attachment_seen",
        "handing_over",
        "handing_over_no_answer",
        "nobody_free",
        "kept",
        "kept_expired",
        "promise_broken",
        "way_wait",
        "way_later",
        "way_reach",
        "way_withdraw",
        "waits_here",
        "callback_when",
        "callback_soonest",
        "callback_soon",
        "callback_address",
        "callback_unclear",
        "callback_no_window",
        "callback_no_later",
        "callback_missed",
        "request_withdrawn",
        "still_waiting",
        "taken_back",
        "transferred",
        "too_fast",
        "resolved",
        "returned",
        "left",
        "reopened",
    )
} | {
    "person_joined": "{name|A colleague} has joined.",
    "promised": "<promised> {until}",
    "callback_window": "{from} to {until}",
    "callback_set": "<callback_set> {when}",
    "callback_set_reach": "<callback_set_reach> {address} {when}",
    "kept_while_closed": "<kept_while_closed> {opens} {until}",
    "clock": "{hour}:{minute}",
    "clock_whole": "{hour}:00",
    "today_at": "today at {time}",
    "weekday_at": "{weekday} at {time}",
    "date_at": "{weekday} {day} {month} at {time}",
    "weekdays": "Mon|Tue|Wed|Thu|Fri|Sat|Sun",
    "months": "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec",
}
