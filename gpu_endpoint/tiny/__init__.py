"""The twins' models: the true parts in the least sizes, with random weights from a fixed seed."""
