"""Draw the pictures of the documentation's start page: figures of the gallery's examples.

python examples/start_page/draw.py --output docs/images
"""

import argparse
import runpy
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt

EXAMPLES = Path(__file__).parents[1]
# The picture's name, the example, and which of its figures.
PICTURES = (
    ("mixture", "1_finding/plot_mixture.py", 2),
    ("candidates", "1_finding/plot_name_a_crystal.py", 2),
    ("spots", "1_finding/plot_a_picture_of_spots.py", 1),
    ("solved", "1_finding/plot_solve_a_structure.py", 1),
    ("stacking", "1_finding/plot_stacking_map.py", 2),
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("names", nargs="*", default=[name for name, *_ in PICTURES])
    options = parser.parse_args()
    mpl.use("Agg")
    for name, example, number in PICTURES:
        if name in options.names:
            plt.close("all")
            runpy.run_path(str(EXAMPLES / example), run_name="__main__")
            plt.figure(number).savefig(options.output / f"{name}.png", dpi=110)
            print(f"wrote {options.output / name}.png")


if __name__ == "__main__":
    main()
