"""What a `StackingRegressor` reads, aims at and learns by."""
