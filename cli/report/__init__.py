"""`surgeline report` shows how a day went, for people, for programs and as a page."""
