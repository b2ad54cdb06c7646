"""Tables on disk (CSV, JSON lines, Parquet) as posts."""
