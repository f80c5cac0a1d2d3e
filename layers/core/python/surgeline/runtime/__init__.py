"""The parts that every handler uses live here: settings, the composition root, HTTP."""
