"""What a person sees of a backfill: how far it is, and at its end what it did."""
