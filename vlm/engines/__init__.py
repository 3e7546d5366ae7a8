"""Engines: what a label's log-probability is computed with, and the forward passes they share."""
