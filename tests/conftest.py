"""What every kind of test starts from."""

import gc
import os
import signal

from settings.program_version import VARIABLE

# Plans of whole stacks stay in memory to be read again and again: by Python's own measure the collector would look at
# all of them after every few hundred objects, which took a sixth of the time of the unit tests.
gc.set_threshold(100_000, 50, 50)

# A commit or an edit made while the tests run is no change of the stacks that they have made.
os.environ[VARIABLE] = "5f0c1e7a9b3d4c2e8f6a7b1d0c9e3f5a2b4d6c8e v1.0.0"

# A shell starts what it puts into the background with Ctrl-C switched off, and so would every command that a test
# interrupts: it would be the shell's doing that none of them ends.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
