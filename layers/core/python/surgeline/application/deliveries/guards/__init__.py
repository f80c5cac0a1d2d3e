"""The guards of a send live here. They stop sends for ownership, slow and failing endpoints."""
