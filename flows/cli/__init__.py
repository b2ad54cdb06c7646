"""The ``earful`` command: an app a file, with the signatures and the help; the work is in ``commands``.

A new command is a function in the file it belongs to, or a new file with an ``app`` that ``main`` lists.
Heavy imports stay inside the functions: ``earful --help`` must not pay for Prefect's three seconds.
"""
