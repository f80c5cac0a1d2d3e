"""These building blocks of the stacks take plain values and do not know their neighbours."""
