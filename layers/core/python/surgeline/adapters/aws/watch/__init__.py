"""The adapters of the minute's work live here: the notebook, and metrics of CloudWatch."""
