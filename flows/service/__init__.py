"""`earful up` as a service of the machine, so that nights come after a log-out and a reboot."""
