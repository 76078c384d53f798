"""Powders: reflections, peaks, scans."""
