"""Pretraining of the bundled encoder on generated pages."""
