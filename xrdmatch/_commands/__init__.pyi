from . import demo, identify, index

__all__ = ["demo", "identify", "index"]
