from . import calibrate, demo, identify, index, read

__all__ = ["calibrate", "demo", "identify", "index", "read"]
