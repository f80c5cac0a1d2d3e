"""The channel kind `sns` lives here: calls of people are published to a topic of Amazon SNS."""
