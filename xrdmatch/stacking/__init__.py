"""Slip, twist and stacking of van der Waals layers from images of their atoms."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
