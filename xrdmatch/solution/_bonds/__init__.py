"""Statistics and features of bonds, models of them, and corrupted crystals to train on."""
