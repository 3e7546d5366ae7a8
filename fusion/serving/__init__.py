"""The service: a finished run answered over HTTP, the page for people, and the annotation tool's backend."""
