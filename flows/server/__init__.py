"""Prefect's server: started, guarded, found, given the deployments."""

#: Held while a server makes or changes its database: of two at once, each in its first start, one would fail.
DATABASE_LOCK = "database.lock"
