"""The use cases of the knowledge base live here: build, publish, answer, review."""
