"""Templates with the query's elements, compared with its scan at every size."""
