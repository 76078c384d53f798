"""How alike two crystals are to one kind of measurement, and to others; imported when used."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
