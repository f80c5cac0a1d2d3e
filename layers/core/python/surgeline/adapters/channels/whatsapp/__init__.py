"""The channel kind `whatsapp` lives here: Meta's WhatsApp Cloud API, as pure functions."""
