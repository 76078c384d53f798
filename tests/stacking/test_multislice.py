"""Images of another code: multislice simulations by abTEM, where it is installed."""

import numpy as np
import pytest
from pymatgen.io.ase import AseAtomsAdaptor

from xrdmatch.stacking import Stack, StackFitter

INTERLAYER = 6.2  # [Å] between the layers' middles
REPEATS = (3, 2)


def multislice_image(abtem, stack):
    """Return the annular dark-field image of one rectangular cell, and its pixel sizes [Å]."""
    lower, upper = (AseAtomsAdaptor.get_atoms(layer) for layer in stack.layers)
    upper.positions += [*stack.slip_angstrom[0], INTERLAYER]
    a = stack.layers[0].lattice.a
    atoms = (lower + upper) * (1, 2, 1)
    atoms.set_cell([a, a * np.sqrt(3), 22.0])
    atoms.wrap()
    atoms.center(axis=2, vacuum=2.0)
    potential = abtem.Potential(atoms * (*REPEATS, 1), sampling=0.03, slice_thickness=2.0)
    probe = abtem.Probe(energy=300e3, semiangle_cutoff=21.3, defocus=35.0)
    probe.grid.match(potential)
    cell = tuple(1 / n for n in REPEATS)
    scan = abtem.GridScan((0, 0), cell, sampling=0.3, potential=potential, fractional=True)
    detector = abtem.AnnularDetector(inner=39, outer=200)
    measured = probe.scan(potential, scan=scan, detectors=detector).compute()
    image = measured.interpolate(0.1).gaussian_filter(0.25).array
    return image, (a / image.shape[0], a * np.sqrt(3) / image.shape[1])


@pytest.mark.slow
def test_a_slip_is_read_from_a_multislice_image(stack_layers):
    """Within 5 pm, though the fitter knows nothing of channelling or of defocus."""
    abtem = pytest.importorskip("abtem", reason="abTEM is not installed")
    stack = Stack([stack_layers["MoS2"]] * 2, (0.2, 0.35))
    image, sizes = multislice_image(abtem, stack)
    tiled = np.tile(image, (8, 5)).T[::-1]  # abTEM's first axis is x; ours runs down
    fits = StackFitter().fit(stack.layers).fit_images([tiled], float(np.mean(sizes)))
    assert stack.distance(fits.stacks[0]) < 5.0
