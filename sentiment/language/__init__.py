"""Which language a text is in, so that an English lexicon is only asked about English."""
