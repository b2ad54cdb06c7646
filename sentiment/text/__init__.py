"""Words and sentences of whole columns of text."""
