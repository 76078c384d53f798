from . import demo, identify, index, read

__all__ = ["demo", "identify", "index", "read"]
