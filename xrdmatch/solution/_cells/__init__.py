"""Indexing: unit cells from the positions of peaks."""
