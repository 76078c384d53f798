"""The ways to compare patterns with a gallery, nothing learned; each imported when it is used."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
