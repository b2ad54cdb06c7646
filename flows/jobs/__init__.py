"""What upkeep, digest and erasure do, without Prefect."""
