"""The configuration's JSON lives here: its fields, its rules and its format."""
