"""The steps of `vlm.benchmark`, their operations and their timing."""
