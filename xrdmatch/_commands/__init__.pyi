from . import calibrate, demo, identify, index, read, solve

__all__ = ["calibrate", "demo", "identify", "index", "read", "solve"]
