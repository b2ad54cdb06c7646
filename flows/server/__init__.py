"""Prefect's server: started, guarded, found, told of the deployments."""
