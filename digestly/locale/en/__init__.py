"""English, in which everything is written first."""
