"""The steps of solving a scan, and the probability of the result."""
