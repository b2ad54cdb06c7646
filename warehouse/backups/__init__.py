"""The whole store as Parquet, and back."""
