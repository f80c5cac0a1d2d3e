"""How well and how fast questions are answered, on public question sets kept elsewhere."""
