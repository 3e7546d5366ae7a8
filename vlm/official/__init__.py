"""The official baseline: prediction and training with the organiser's prompt."""
