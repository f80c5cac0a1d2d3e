"""The rules live here by which pools are asked, and by which a request is kept for later."""
