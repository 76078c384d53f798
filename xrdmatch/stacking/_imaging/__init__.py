"""Simulation of images of stacks."""
