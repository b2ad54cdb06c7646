"""Personal data in people's words: found and replaced before anything is scored or stored."""
