"""The channel kind `goalert` lives here: calls of people ring as alerts of GoAlert."""
