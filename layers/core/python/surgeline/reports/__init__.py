"""Reports are pure folds over what is on record of conversations."""
