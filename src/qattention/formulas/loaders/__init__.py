"""The loaders: a module for each bloq that loads keys, with its closed forms and records."""
