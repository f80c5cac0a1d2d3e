"""The channel kind `line` lives here: LINE's Messaging API, as pure functions of both ways."""
