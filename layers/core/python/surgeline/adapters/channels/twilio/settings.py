"""The settings of a Twilio channel, and what Twilio's console shows of it, are here."""

import re
from dataclasses import dataclass

KIND_NAME = "twilio"
API_BASE = "https://api.twilio.com"
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True)
class TwilioChannel:
    """The settings of a Twilio channel. `api_base` is the server that takes what is sent.

    `content_sid` is an approved template of WhatsApp with one variable, which takes a reply after
    the 24 hours in which any text may be sent.
    """

    api_base: str = API_BASE
    content_sid: str = ""


def wrong_place(name: str) -> str:
    """Return what is wrong with a number that a person names, or nothing."""
    return "" if _NUMBER.fullmatch(name) else "give a phone number, such as +33612345678"


FIELDS = {
    "account_sid": "Twilio Console, the account's dashboard, 'Account Info', 'Account SID' (AC...)",
    "auth_token": "Twilio Console, the account's dashboard, 'Account Info', 'Auth Token'",
    "from": (
        "Twilio Console, 'Phone Numbers', 'Active numbers': the number as +15550100, "
        "or the SID of a messaging service (MG...)"
    ),
}
STEPS = (
    "Twilio Console, the number, 'Messaging', 'A message comes in': {hook_url}, by HTTP POST",
    "In the same place, 'Primary handler fails': enter {hook_url} again. Twilio asks it once more.",
    "For WhatsApp: 'Messaging', 'Senders', the sender: enter {hook_url} in both places too.",
)
