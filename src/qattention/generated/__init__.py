"""What `sync` writes into a checkout of this project, and how it keeps the parts that are written by hand."""
