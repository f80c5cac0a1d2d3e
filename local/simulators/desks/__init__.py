"""Stand-ins for the tools in which pools work live here, with the people who use them."""
