"""Simulated images made to look like measured ones."""
