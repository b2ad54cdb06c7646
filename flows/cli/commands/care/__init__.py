"""The commands of earful.flows.cli.care."""
