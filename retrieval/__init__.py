"""Retrieval: encoders, indexes, neighbours, probes and exemplars over labelled cases."""
