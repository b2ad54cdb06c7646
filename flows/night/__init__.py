"""A run from its plan to its summary. The jobs; Prefect's flows call them."""
