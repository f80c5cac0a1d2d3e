"""The use cases of being on call live here: calls that go out, answers that come, and swaps."""
