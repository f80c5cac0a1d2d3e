"""The channel kind `slack` lives here: Slack's Events API and Web API, as pure functions."""
