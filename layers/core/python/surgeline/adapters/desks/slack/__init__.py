"""A pool that works in a channel of Slack (docs/desks/slack.md)."""
