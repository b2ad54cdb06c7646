"""The scoring: measured against labels, tried on a text, fitted to a product's words, changed for old posts."""
