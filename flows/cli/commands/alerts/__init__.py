"""``earful alerts``: try the targets, list what was told, send what waits."""
