"""Answers are measured for quality and speed, on public question sets that are kept elsewhere."""
