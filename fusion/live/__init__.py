"""Live traffic: whether a promise still holds on it, and whether it is still like the labelled examples."""
