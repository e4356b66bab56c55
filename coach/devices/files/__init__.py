"""Files: files that only the person who trains may read."""
