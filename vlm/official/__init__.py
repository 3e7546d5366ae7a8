"""The official baseline: the organiser's prompt, asked and trained."""
