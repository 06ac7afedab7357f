"""The forms of the inner product: a module each, with its closed forms and the record that holds them."""
