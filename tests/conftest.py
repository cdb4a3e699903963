"""What every kind of test starts from."""

import gc

# Plans of whole stacks stay in memory to be read again and again: by Python's own measure the collector would look at
# all of them after every few hundred objects, which took a sixth of the time of the unit tests.
gc.set_threshold(100_000, 50, 50)
