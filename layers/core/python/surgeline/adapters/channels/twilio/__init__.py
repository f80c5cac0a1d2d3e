"""The channel kind `twilio` lives here: SMS, MMS and WhatsApp by Twilio, as pure functions."""
