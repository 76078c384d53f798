"""Readers for structures, scans, spots and pictures, and writers of results.

What is done to what was read is in other subpackages.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
