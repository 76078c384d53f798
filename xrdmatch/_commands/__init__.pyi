from . import calibrate, demo, identify, index, read, solve, stacking

__all__ = ["calibrate", "demo", "identify", "index", "read", "solve", "stacking"]
