"""A month of a company that begins without any article is played in the virtual home."""
