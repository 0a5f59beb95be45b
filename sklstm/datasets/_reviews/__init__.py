"""Chinese reviews that a small grammar writes."""
