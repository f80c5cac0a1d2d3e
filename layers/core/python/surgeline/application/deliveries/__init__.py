"""The use cases of outbound sends live here: compose, guard, send, retry, replay."""
