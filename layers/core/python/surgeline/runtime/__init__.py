"""What a handler stands on: settings, the composition root, HTTP translation."""
