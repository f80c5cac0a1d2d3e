"""Knowledge bases are read here from the formats that people have, with the same checks for all."""
