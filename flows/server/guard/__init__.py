"""Who may ask Prefect's server: a layer of ours around it."""
