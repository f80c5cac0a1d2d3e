"""The guards of a send live here: who owns the conversation, slow endpoints, failing endpoints."""
