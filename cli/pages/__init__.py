"""A page that a command writes is one HTML file with charts and tables. It needs no network."""
