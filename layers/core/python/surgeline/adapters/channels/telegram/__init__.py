"""The channel kind `telegram` lives here: Telegram's Bot API, as pure functions of both ways."""
