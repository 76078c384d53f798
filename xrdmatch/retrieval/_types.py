"""Types of what retrievers are asked and what they answer."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Structure

from xrdmatch.crystallography import DiffractionPattern, Picture, Scan
from xrdmatch.retrieval._elements import ElementFilter

Structures: TypeAlias = Sequence[Structure] | NDArray[Any]
Patterns: TypeAlias = DiffractionPattern | Scan | Picture | NDArray[Any] | Sequence[Any]
Labels: TypeAlias = Sequence[Any] | NDArray[Any]
Elements: TypeAlias = str | ElementFilter | Sequence[str | ElementFilter | None] | None
Neighbors: TypeAlias = tuple[NDArray[np.floating[Any]], NDArray[np.intp]]
