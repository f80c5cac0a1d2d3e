"""The channel kind `jsm` lives here: calls of people ring in Jira Service Management."""
