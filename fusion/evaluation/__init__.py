"""Cross-validation of the whole chain, and of labels that are new."""
