"""How probable a pattern is if it came from a structure, and the structure that fits it best."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
