"""What every process of earful minds: signals, deadlines, the terminal, secrets, children."""
