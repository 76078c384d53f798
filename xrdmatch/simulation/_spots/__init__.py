"""Spots of layers."""
