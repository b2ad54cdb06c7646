"""What is taken along: backups and their restoring, exported days, the digest."""
