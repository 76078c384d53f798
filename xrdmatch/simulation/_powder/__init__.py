"""Powder patterns: reflections, peaks, scans."""
