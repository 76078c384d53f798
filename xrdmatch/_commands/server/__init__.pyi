from . import answering, app

__all__ = ["answering", "app"]
