"""Schedule: settings, Prefect flows and the command line. The only floor that imports prefect."""
