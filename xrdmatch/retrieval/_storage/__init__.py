"""Retrievers and their galleries in files without code."""
