"""Calibration of answers on queries with known truth."""
