"""How a product's texts are scored: repairs, word lists, and the name of it all."""
