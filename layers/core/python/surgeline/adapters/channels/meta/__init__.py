"""The parts that Meta's channels share live here: WhatsApp, Messenger and Instagram."""
