"""What one-file connectors are made of: HTTP within limits, JSON read safely, listings, product terms."""
