"""Running gates on all addresses; the only place where reference and circuit meet."""
