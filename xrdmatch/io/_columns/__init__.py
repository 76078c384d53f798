"""Columns of numbers in texts: what parts them, what they are, and what is damaged."""
