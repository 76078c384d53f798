"""Trained towers in files without code: weights and a card that says what they are."""

import json
from importlib.resources import files
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from sklearn.utils.validation import check_is_fitted

from xrdmatch import __version__
from xrdmatch.retrieval._contrastive import ContrastiveStructureRetriever
from xrdmatch.retrieval._options import check_options
from xrdmatch.retrieval._storage.parameters import OF_THE_MACHINE, from_plain, to_plain
from xrdmatch.retrieval._storage.weight_types import DTYPES, restored, stored
from xrdmatch.retrieval._tower_options import net_options

FORMAT = 1
CARD, WEIGHTS = ".json", ".safetensors"
SIZES = "n_layers", "n_heads", "embedding_dim"
SHIPPED = files("xrdmatch.retrieval") / "weights"


def _shipped_names():
    names = (file.name for file in SHIPPED.iterdir()) if SHIPPED.is_dir() else ()
    return sorted(name.removesuffix(CARD) for name in names if name.endswith(CARD))


PRETRAINED = _shipped_names()


def load_pretrained(name="monolayers", *, device="auto"):
    """Load a trained retriever: one that is shipped, or one of your own.

    It embeds structures and patterns at once. What it searches is yours: no gallery is part of
    the files.

    Parameters
    ----------
    name : str or path-like, default="monolayers"
        One of `xrdmatch.retrieval.PRETRAINED`, or the path that `save_pretrained` was given.
    device : str, default="auto"
        Torch device; ``"auto"`` takes a GPU where there is one.

    Returns
    -------
    ContrastiveStructureRetriever
        With its towers, without a gallery. With ``set_params(warm_start=True)``, `fit` goes on
        from them.

    Raises
    ------
    ValueError
        If there is no retriever of that name, or its files are damaged or not those of a
        retriever.

    See Also
    --------
    save_pretrained : The inverse.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from xrdmatch import ContrastiveStructureRetriever
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.retrieval import load_pretrained, save_pretrained
    >>> layers = load_monolayers()[:20]
    >>> tiny = ContrastiveStructureRetriever(n_layers=1, embedding_dim=16, max_epochs=1).fit(layers)
    >>> with TemporaryDirectory() as folder:
    ...     save_pretrained(tiny, f"{folder}/tiny")
    ...     retriever = load_pretrained(f"{folder}/tiny")
    >>> retriever.set_gallery(layers).gallery_[0].reduced_formula
    'C'
    """
    card, weights = _read(name)
    card, weights = _checked_card(card, name), _tensors(weights, name)
    _check_sizes(card["parameters"], weights, name)
    try:
        retriever = ContrastiveStructureRetriever(**from_plain(card["parameters"]), device=device)
    except (KeyError, TypeError) as error:
        raise ValueError(
            f"A card's parameters are a retriever's, got others in {_file(name, CARD)} ({error}); "
            "save the retriever anew."
        ) from error
    check_options(retriever)
    return retriever._with_weights(weights)


def save_pretrained(retriever, path, *, about=None, dtype="float32"):
    """Save a trained retriever's towers and parameters, as data that hold no code.

    Two files are written: ``path.safetensors`` with the weights, and ``path.json``, the card: the
    parameters, the version of xrdmatch, and what `about` says. The gallery is not saved; nor are
    ``device``, ``n_jobs`` and ``verbose``, which are the machine's.

    Parameters
    ----------
    retriever : ContrastiveStructureRetriever
        A fitted one.
    path : str or path-like
        The files' common path without their endings; its folder is made where there is none.
    about : dict, default=None
        Whatever else the card should say, such as what was learned from; plain data.
    dtype : {"float32", "float16", "int8"}, default="float32"
        How weights are stored; they are loaded in single precision in any case. ``"float16"``
        halves the file, and changes embeddings by about 1e-3; ``"int8"``, where large matrices are
        whole numbers with a factor for each row, halves it again.

    Raises
    ------
    TypeError
        If it is not a `ContrastiveStructureRetriever`, or a parameter is an object that is not
        xrdmatch's own.
    ValueError
        If it is not fitted, or a weight is not finite.

    See Also
    --------
    load_pretrained : The inverse, with an example.
    """
    if not isinstance(retriever, ContrastiveStructureRetriever):
        raise TypeError(
            "What is saved is a ContrastiveStructureRetriever, got "
            f"{type(retriever).__name__}; pipelines and other retrievers can be pickled."
        )
    check_is_fitted(retriever, "net_")
    if dtype not in [*DTYPES]:
        raise ValueError(f"dtype must be one of {', '.join(map(repr, DTYPES))}, got {dtype!r}.")
    card = _card(retriever, about)
    weights = _stored(retriever.net_.module_, dtype)
    _file(path, WEIGHTS).parent.mkdir(parents=True, exist_ok=True)
    _file(path, CARD).write_text(card, encoding="utf-8")
    _file(path, WEIGHTS).write_bytes(save(weights))


def _file(path, ending):
    stem = Path(path)
    if stem.suffix in (CARD, WEIGHTS):
        stem = stem.with_suffix("")
    return stem.with_name(stem.name + ending)


def _card(retriever, about):
    """Text of the card."""
    built_from = retriever._built_from
    parameters = retriever.get_params(deep=False) | built_from
    own = net_options(retriever.net_params) | built_from.get("net_params", {})
    parameters["net_params"] = own or None
    plain = {k: to_plain(v, k) for k, v in parameters.items() if k not in OF_THE_MACHINE}
    card = {"format": FORMAT, "xrdmatch": __version__, "parameters": plain}
    return json.dumps(card | {"about": to_plain(about or {}, "about")}, indent=1) + "\n"


def _stored(module, dtype):
    """Weights in the type that is stored; buffers, which are tables of physics, as they are."""
    learned = {name for name, _ in module.named_parameters()}
    weights = {}
    for name, values in module.state_dict().items():
        values = values.detach().cpu()
        kept = stored(name, values, dtype) if name in learned else {name: values.contiguous()}
        if not all(torch.isfinite(part).all() for part in (values, *kept.values())):
            raise ValueError(
                f"Weights that are saved are finite{' in half precision' * (dtype != 'float32')}, "
                f"got others in {name}; train anew with a smaller lr, or store float32."
            )
        weights |= kept
    return weights


def _read(name):
    """Text of a card and bytes of its weights."""
    shipped = isinstance(name, str) and name in PRETRAINED
    found = [SHIPPED / f"{name}{end}" if shipped else _file(name, end) for end in (CARD, WEIGHTS)]
    missing = [file.name for file in found if not file.is_file()]
    if len(missing) == 2:
        raise ValueError(
            f"There is no pretrained retriever {str(name)!r}; shipped are "
            f"{', '.join(map(repr, PRETRAINED)) or 'none'}, others are named by the path that "
            "save_pretrained was given."
        )
    if missing:
        raise ValueError(
            f"A retriever has two files, got none called {missing[0]!r}; put it beside the other."
        )
    return found[0].read_bytes(), found[1].read_bytes()


def _checked_card(text, name):
    try:
        card = json.loads(text)
        version, _ = card["format"], card["parameters"].keys()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(
            "A card is JSON with a format and parameters, got something else in "
            f"{_file(name, CARD)}; save the retriever anew with save_pretrained."
        ) from error
    if version != FORMAT:
        raise ValueError(
            f"Cards of format {FORMAT} are read, got {version!r} in {_file(name, CARD)}, written "
            f"by xrdmatch {card.get('xrdmatch')}; install that version."
        )
    return card


def _check_sizes(parameters, weights, name):
    """Check that towers are no larger than their weights, before they are built."""
    largest = max([len(weights), *(max(values.shape, default=1) for values in weights.values())])
    for key in SIZES:
        size = parameters.get(key, 1)
        if type(size) is not int or not 1 <= size <= largest:
            raise ValueError(
                f"A card describes its weights, got {key}={size!r} in {_file(name, CARD)} "
                f"for {len(weights)} tensors of at most {largest} rows; save the retriever anew."
            )


def _tensors(content, name):
    try:
        return restored(load(content))
    except SafetensorError as error:
        raise ValueError(
            f"Weights are a whole safetensors file, got {len(content)} bytes of something else in "
            f"{_file(name, WEIGHTS)} ({error}); copy it anew."
        ) from error
