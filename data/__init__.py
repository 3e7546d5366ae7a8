"""Samples and everything they are made of: labels, profiles, the organiser's formats, images, OCR, folds, the bundled sample."""
