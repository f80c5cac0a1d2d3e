"""The use cases of articles' states live here: to keep them, change them, and watch over them."""
