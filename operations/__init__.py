"""Commands for the person on duty: `python -m operations --help`."""
