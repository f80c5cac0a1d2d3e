"""The channel kind `email` lives here: mails become messages, and replies become mails."""
