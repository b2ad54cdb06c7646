"""A first picture of a table or a link, before there is a configuration: what ``earful try`` does."""
