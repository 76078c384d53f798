"""Options of towers besides their size."""

from numbers import Integral, Real

from xrdmatch.encoders import TowerPair

SIDES = ("structure_encoder", "pattern_encoder")
OF_PAIRS = ("chunk_size", "space_group_balance", "n_views")  # options of how pairs come


def is_tower_option(name):
    """Whether a key of `net_params` is one of a tower, ``pattern_encoder__channels`` say."""
    return isinstance(name, str) and name.partition("__")[0] in SIDES


def tower_options(net_params):
    """Return those of `net_params` that are options of a tower, by their whole names."""
    return {name: value for name, value in (net_params or {}).items() if is_tower_option(name)}


def net_options(net_params):
    """Return those of `net_params` that are the net's."""
    params = (net_params or {}).items()
    return {k: v for k, v in params if not is_tower_option(k) and k not in OF_PAIRS}


def chunk_size(net_params):
    """Return how many pairs are embedded at a time while training, None for a whole batch."""
    size = (net_params or {}).get("chunk_size")
    if size is not None and not (isinstance(size, Integral) and size > 0):
        raise ValueError(
            f"chunk_size must be a positive whole number or None, got {size!r}; for example 256."
        )
    return size


def space_group_balance(net_params, geometry):
    """Return by how much rare space groups are drawn more often, None for each pair once."""
    balance = (net_params or {}).get("space_group_balance")
    if balance is not None and not (isinstance(balance, Real) and 0 <= balance <= 1):
        raise ValueError(
            f"space_group_balance must be a number between 0 and 1 or None, got {balance!r}; 0.5 "
            "is the square root."
        )
    if balance is not None and geometry != "powder":
        raise ValueError(
            f"space_group_balance is one of powders, got a simulator of the geometry {geometry!r}; "
            "leave it out."
        )
    return balance


def n_views(net_params, augmentation):
    """Return how many patterns of each structure are drawn at a time."""
    n = (net_params or {}).get("n_views", 1)
    if not (isinstance(n, Integral) and n > 0):
        raise ValueError(f"n_views must be a positive whole number, got {n!r}; for example 2.")
    if n > 1 and augmentation in (None, "rescaled"):
        raise ValueError(
            "Several views need an augmentation that draws patterns, got "
            f"augmentation={augmentation!r}; set 'standard', or leave n_views out."
        )
    return n


def options_of_side(side, net_params, transformer):
    """Options of one tower: what its transformer says that it must know, and the user's.

    Parameters
    ----------
    side : str
        ``"structure_encoder"`` or ``"pattern_encoder"``.
    net_params : dict or None
        The retriever's.
    transformer : object
        What items pass before the tower; one with a method ``tower_options()`` says what the
        tower must know, the length of its vectors say.

    Returns
    -------
    dict
        Options by the names that the tower has for them.
    """
    known = transformer.tower_options() if hasattr(transformer, "tower_options") else {}
    own = {
        name.partition("__")[2]: value
        for name, value in tower_options(net_params).items()
        if name.startswith(f"{side}__")
    }
    return {**known, **own}


def build_towers(structure_encoder, pattern_encoder, size, settings, options=({}, {})):
    """Build one module that reads both sides, or two that do not know each other.

    Parameters
    ----------
    structure_encoder : StructureEncoder
        The one side.
    pattern_encoder : PatternEncoder
        The other.
    size : dict
        ``n_layers``, ``n_heads``, ``embedding_dim`` and ``dropout``.
    settings : Settings or Diffractometer
        The simulator's.
    options : (dict, dict), default=({}, {})
        Further options of both.

    Returns
    -------
    Module
        With ``encode_structures`` and ``encode_patterns``.

    Raises
    ------
    ValueError
        If a tower has no option of that name.
    """
    if structure_encoder.build == pattern_encoder.build:
        return _built(structure_encoder, size, {**options[0], **options[1]}, settings)
    sides = zip((structure_encoder, pattern_encoder), options, strict=True)
    return TowerPair(*(_built(side, size, own, settings) for side, own in sides))


def _built(encoder, size, options, settings):
    """Build a tower; an option that it does not know is named."""
    try:
        return encoder.build({**size, **options}, settings)
    except TypeError as error:
        unknown = [name for name in options if f"argument {name!r}" in str(error)]
        if not unknown:
            raise
        raise ValueError(
            f"net_params must name options that the towers have, got one called {unknown[0]!r}; "
            f"take it out, or see what {encoder.build.__name__} builds."
        ) from error
