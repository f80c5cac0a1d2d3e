"""A report becomes one HTML page here, which needs no network and no script."""
