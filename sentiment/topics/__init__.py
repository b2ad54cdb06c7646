"""What a sentence is about, by phrases that people can read and change."""
