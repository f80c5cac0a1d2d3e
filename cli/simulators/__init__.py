"""The command that plays a pool lives here: a vendor, or the people of a tool."""
