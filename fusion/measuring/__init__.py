"""What `fusion.benchmark` measures."""
