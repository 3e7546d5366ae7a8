"""Qwen2-VL: prompts, scoring of labels within the budget, LoRA training, and the embedded model's architecture."""
