"""Prefect's server: started, guarded, found, given the deployments."""
