"""Twilio's numbers of errors are sorted here by what each is about, for sends and late failures."""

UNSUBSCRIBED = 21610
LATER = frozenset({20429, 20500, 20503, 21611, 63018})
RECIPIENT = frozenset(
    {UNSUBSCRIBED, 21211, 21217, 21612, 21614, 30003, 30004, 30005, 30006, 30007, 63003, 63024}
)
WINDOW = frozenset({63016})
ACCOUNT = frozenset(
    {20003, 20005, 20006, 20404, 21212, 21408, 21603, 21606, 21608, 21659, 21660, 21701, 21703}
    | {30002, 30034, 63007, 63038}
)


def scope_of(code: object) -> str:
    """Return what an error is about. An unknown one is about the message."""
    found = (("recipient", RECIPIENT), ("window", WINDOW), ("later", LATER), ("account", ACCOUNT))
    return next((scope for scope, codes in found if code in codes), "message")
