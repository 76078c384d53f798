"""Crystals of CIFs: symmetry, sites and formula as a file states them."""
