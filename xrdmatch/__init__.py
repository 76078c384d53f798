"""Identify crystal structures from diffraction patterns, with calibrated confidence.

Names are looked up when first used, here and in every subpackage, so that importing is quick: the
stub beside each `__init__.py` says where they come from, to editors and type checkers too.
"""

import lazy_loader

__version__ = "0.2.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
