"""Commands that measure: each prints a figure against its baseline, made in the same run."""
