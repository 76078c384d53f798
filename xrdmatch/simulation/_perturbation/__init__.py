"""Perturbations of crystals and patterns."""
