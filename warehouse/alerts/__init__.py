"""Alerts as the store keeps them: what is to be told whom, noted in the transaction that lands it, and the outbox."""
