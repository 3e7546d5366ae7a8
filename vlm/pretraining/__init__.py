"""Pretraining of the bundled VLM on generated cases."""
