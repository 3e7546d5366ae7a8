"""Engines that compute the labels' log-probabilities, and the forward pass that training shares with them."""
