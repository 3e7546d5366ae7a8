"""Pages for people: the templates, style and words that the service, the report and the audit share, in both languages."""
