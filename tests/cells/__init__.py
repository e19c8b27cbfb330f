"""Bad answers: every call of the product with every fault of the catalogue, one cell each."""
