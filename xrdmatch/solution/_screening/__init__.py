"""Templates with substituted elements, compared with a scan over a range of cell scales."""
