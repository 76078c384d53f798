"""How alike two crystals are to one kind of measurement, and to others."""
