"""The index and its verdicts live here. An index is built once and asked for each question."""
