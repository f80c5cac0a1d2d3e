"""`surgeline backlog` brings an existing queue in, and answers or offers it at a person's word."""
