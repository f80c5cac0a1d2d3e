"""The channel kind `messenger` lives here. The parts that Meta's pages share are in `meta`."""
