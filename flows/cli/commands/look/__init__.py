"""Looking at what was found: a trend, a question in SQL, the page, the back test of the alarms."""
