"""What a crystal and its pattern are: patterns, radiations, form factors, sites, frames, tokens."""

from xrdmatch.crystallography._elements import atomic_number
from xrdmatch.crystallography._form_factors import form_factor_table, form_factors
from xrdmatch.crystallography._layer import layer_frame, swaps_axes
from xrdmatch.crystallography._pattern import DiffractionPattern
from xrdmatch.crystallography._picture import log_picture, picture_intensity
from xrdmatch.crystallography._radiation import Radiation, as_radiation
from xrdmatch.crystallography._sites import SiteTable, describe, site_table
from xrdmatch.crystallography._tokens import (
    LAYOUTS,
    is_tokens,
    n_tokens,
    sites_to_tokens,
    tokens_to_sites,
)

__all__ = [
    "LAYOUTS",
    "DiffractionPattern",
    "Radiation",
    "SiteTable",
    "as_radiation",
    "atomic_number",
    "describe",
    "form_factor_table",
    "form_factors",
    "is_tokens",
    "layer_frame",
    "log_picture",
    "n_tokens",
    "picture_intensity",
    "site_table",
    "sites_to_tokens",
    "swaps_axes",
    "tokens_to_sites",
]
