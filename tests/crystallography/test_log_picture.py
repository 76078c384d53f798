"""The logarithmic scale of pictures, there and back."""

import numpy as np

from xrdmatch.crystallography import log_picture, picture_intensity


def test_four_decades_by_hand():
    image = np.array([[200.0, 20.0], [0.02, 0.0]])
    np.testing.assert_allclose(log_picture(image), [[4.0, 3.0], [0.0, 0.0]], atol=1e-12)


def test_back_to_intensities_in_units_of_the_strongest():
    image = np.array([5.0, 1.0, 0.001])
    np.testing.assert_allclose(picture_intensity(log_picture(image)), image / 5.0, rtol=1e-12)
