"""Files written whole or not at all, and folders that outlive no process."""
