"""Teaching: what was taught to a run, brought into the loaded chain without training the VLM again."""
