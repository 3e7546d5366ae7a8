"""What `vlm.benchmark` measures."""
