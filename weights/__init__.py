"""The optional tiers' weights live here: fetched once, kept as images in a cache folder."""
