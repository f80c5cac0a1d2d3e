"""The settings of a WhatsApp channel, and what Meta's consoles show of it, are here."""

from dataclasses import dataclass

from surgeline.adapters.channels.meta.graph import API_BASE

KIND_NAME = "whatsapp"


@dataclass(frozen=True, slots=True)
class WhatsAppChannel:
    """The settings of a WhatsApp channel. `api_base` is the server that takes what is sent.

    `template` is the name of an approved template with one variable, which takes a reply after the
    24 hours in which any text may be sent. `template_language` is the template's language.
    """

    api_base: str = API_BASE
    template: str = ""
    template_language: str = "en"


FIELDS = {
    "app_secret": "Meta for Developers, the app, 'App settings', 'Basic', 'App secret'",
    "verify_token": "a word of your own: letters and digits (such as of `openssl rand -hex 16`)",
    "access_token": (
        "Meta Business Suite, 'Settings', 'System users', the user, 'Generate token', with the "
        "right whatsapp_business_messaging"
    ),
    "phone_number_id": "Meta for Developers, the app, 'WhatsApp', 'API Setup', 'Phone number ID'",
}
STEPS = (
    "Meta for Developers, the app, 'WhatsApp', 'Configuration', 'Callback URL': enter {hook_url}",
    "In the same place enter the verify_token, and press 'Verify and save'.",
    "Below it subscribe to 'messages', and to 'smb_message_echoes' if a phone app answers too.",
)
