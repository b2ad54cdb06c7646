"""How earful stands: what `earful status` and `earful doctor` find, and what to do about it."""
