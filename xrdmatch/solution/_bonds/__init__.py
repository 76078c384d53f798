"""Bonds of crystals: what is usual, what is odd, and crystals made odd on purpose."""
