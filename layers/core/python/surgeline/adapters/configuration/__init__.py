"""The configuration's JSON lives here: its fields, its rules, its format."""
