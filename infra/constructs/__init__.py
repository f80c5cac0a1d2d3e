"""Building blocks of the stacks: plain values in, no knowledge of their neighbours."""
