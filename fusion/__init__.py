"""Fusion: candidate rows of retrieval and VLM evidence, ranked by LightGBM, calibrated, predicted and evaluated."""
