"""Knowledge bases in the formats that people have: each becomes the same checked articles."""
