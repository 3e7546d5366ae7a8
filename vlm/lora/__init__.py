"""LoRA: examples, training, adapters and their cross-fitted scores."""
