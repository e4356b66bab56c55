"""Files: what is kept in files of the person's own."""
