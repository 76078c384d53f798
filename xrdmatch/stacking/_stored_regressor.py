"""A trained regressor in files without code: weights, and a card that says what they are."""

import json
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load, save
from sklearn.utils.validation import check_is_fitted

from xrdmatch import __version__
from xrdmatch.crystallography import structure_from_dict
from xrdmatch.stacking._regression.learning import stored_reader
from xrdmatch.stacking._regression.stack_kind import kind_of_layers
from xrdmatch.stacking._stacking_regressor import StackingRegressor

FORMAT = 1
CARD, WEIGHTS = ".json", ".safetensors"
NOT_SAVED = ("simulator", "realism", "fitter", "device", "random_state", "verbose")


def save_regressor(regressor, path):
    """Save a trained regressor as data that hold no code.

    Two files are written: ``path.safetensors`` with the weights, and ``path.json``, the card, with
    the layers, the parameters and what was calibrated. ``simulator``, ``realism`` and ``fitter``,
    which are estimators of their own, are not saved, nor is what is the machine's.

    Parameters
    ----------
    regressor : StackingRegressor
        A fitted one.
    path : str or path-like
        The files' common path without their endings; its folder is made where there is none.

    Raises
    ------
    TypeError
        If ``net_params`` hold what is no plain data, such as callbacks.

    See Also
    --------
    load_regressor : The inverse, with an example.
    """
    check_is_fitted(regressor, "reader_")
    text = json.dumps(_card(regressor), indent=1) + "\n"
    weights = {
        name: values.detach().cpu().contiguous()
        for name, values in regressor.net_.module_.state_dict().items()
    }
    _file(path, CARD).parent.mkdir(parents=True, exist_ok=True)
    _file(path, CARD).write_text(text, encoding="utf-8")
    _file(path, WEIGHTS).write_bytes(save(weights))


def load_regressor(path, *, device="auto"):
    """Load a regressor that `save_regressor` saved; it reads images at once.

    Parameters
    ----------
    path : str or path-like
        The path that `save_regressor` was given.
    device : str, default="auto"
        Torch device; ``"auto"`` takes a GPU where there is one.

    Returns
    -------
    StackingRegressor
        A fitted one, without the history of its training.

    Raises
    ------
    ValueError
        If a file is missing or damaged, or they do not belong together.

    See Also
    --------
    save_regressor : The inverse.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.stacking import StackingRegressor, load_regressor, save_regressor
    >>> graphene = load_monolayers()[0]
    >>> tiny = StackingRegressor(n_images=20, max_epochs=1, crop=6.0).fit([graphene, graphene])
    >>> with TemporaryDirectory() as folder:
    ...     save_regressor(tiny, f"{folder}/tiny")
    ...     load_regressor(f"{folder}/tiny")
    StackingRegressor(crop=6.0, max_epochs=1, n_images=20)
    """
    for ending in (CARD, WEIGHTS):
        if not _file(path, ending).is_file():
            raise ValueError(
                f"A regressor has two files, got none called {_file(path, ending).name!r}; name "
                "the path that save_regressor was given."
            )
    card = _read_card(path)
    regressor = StackingRegressor(**card["parameters"], device=device)
    layers = [structure_from_dict(layer) for layer in card["layers"]]
    kind = kind_of_layers(layers, card["twist"], card["face"])
    reader = stored_reader(regressor, kind, _read_weights(path), card["calibrated"])
    return regressor._with_reader(reader)


def _file(path, ending):
    path = Path(path)
    return path.with_name(path.name + ending)


def _card(regressor):
    reader, parameters = regressor.reader_, regressor.get_params(deep=False)
    like = reader.kind.like
    return {
        "format": FORMAT,
        "xrdmatch": __version__,
        "parameters": {k: v for k, v in parameters.items() if k not in NOT_SAVED},
        "layers": [layer.as_dict() for layer in like.layers],
        "twist": like.twist.tolist(),
        "face": like.face.tolist(),
        "calibrated": {"target_std": reader.target_std, "misfit_unit": reader.misfit_unit},
    }


def _read_card(path):
    try:
        card = json.loads(_file(path, CARD).read_bytes())
        version = card["format"]
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(
            f"A card is JSON with a format, got something else in {_file(path, CARD)}; save the "
            "regressor anew."
        ) from error
    if version != FORMAT:
        raise ValueError(
            f"Cards of format {FORMAT} are read, got {version!r} in {_file(path, CARD)}, written "
            f"by xrdmatch {card.get('xrdmatch')}; install that version."
        )
    return card


def _read_weights(path):
    try:
        return load(_file(path, WEIGHTS).read_bytes())
    except SafetensorError as error:
        raise ValueError(
            f"Weights are a whole safetensors file, got something else in {_file(path, WEIGHTS)} "
            f"({error}); copy it anew."
        ) from error
