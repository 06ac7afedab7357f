"""Values to text, Markdown, SVG and HTML. Pure: nothing here reads a file, a clock or a bloq."""
