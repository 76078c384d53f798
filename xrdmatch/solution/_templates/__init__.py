"""The parts of a library of templates: what is kept, how it is grouped, searched and stored."""
