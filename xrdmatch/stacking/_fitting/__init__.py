"""Least-squares fit of a stack to an image."""
