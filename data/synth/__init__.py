"""The synthetic corpus: dialogues, screens and photos written from domain knowledge, for training without real data."""
