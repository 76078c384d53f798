"""Which crystal structures may a diffraction pattern have come from, how sure is that, and why.

Names are looked up when first used, here and in every subpackage, so that importing is quick: the
stub beside each `__init__.py` says where they come from, to editors and type checkers too.
"""

import lazy_loader

__version__ = "0.2.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
