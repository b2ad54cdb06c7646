"""Alerts leave: composed from the published file, sent to each target once, with what each target needs."""
