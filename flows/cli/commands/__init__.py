"""The work of the commands, in a room for each file of signatures beside; ``ask`` and ``tables`` serve several rooms.

Imported when called, so that a query does not pay for Prefect's import.
"""
