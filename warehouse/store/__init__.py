"""The pipeline's own file: opened, migrated, and what it knows of runs and channels."""
