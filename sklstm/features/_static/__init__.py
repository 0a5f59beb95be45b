"""Numbers and categories that stand beside a text."""
