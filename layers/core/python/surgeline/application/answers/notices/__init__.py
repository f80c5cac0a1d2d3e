"""Changes of articles are noticed here, told to people, and acknowledged by them."""
