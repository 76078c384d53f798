"""What a crystal and its pattern are: patterns, radiations, form factors, sites, frames, tokens."""

from xrdmatch.crystallography._form_factors import form_factor_table, form_factors
from xrdmatch.crystallography._layer import layer_frame
from xrdmatch.crystallography._pattern import DiffractionPattern
from xrdmatch.crystallography._radiation import Radiation, as_radiation
from xrdmatch.crystallography._sites import SiteTable, site_table
from xrdmatch.crystallography._tokens import is_tokens, sites_to_tokens, tokens_to_sites

__all__ = [
    "DiffractionPattern",
    "Radiation",
    "SiteTable",
    "as_radiation",
    "form_factor_table",
    "form_factors",
    "is_tokens",
    "layer_frame",
    "site_table",
    "sites_to_tokens",
    "tokens_to_sites",
]
