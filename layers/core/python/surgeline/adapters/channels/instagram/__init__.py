"""The channel kind `instagram` lives here. The parts that Meta's pages share are in `meta`."""
