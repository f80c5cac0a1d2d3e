"""The pack with which a pool begins is made here, as data and as one page."""
