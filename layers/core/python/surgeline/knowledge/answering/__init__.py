"""The index and its verdicts live here: built once, asked for each question."""
