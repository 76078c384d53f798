"""Inputs, targets, network and training of a `StackingRegressor`."""
