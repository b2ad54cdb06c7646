"""The folder of everything earful writes, its secret and its spool."""
