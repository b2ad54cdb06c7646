"""So that nights come without anybody watching: parts of `earful up` started again, runs settled, events kept."""
