"""The measures of every picture, in pixels.

The page is as wide as the column of a README on GitHub, so that nothing is shrunk and the smallest text stays legible.
"""

from typing import Final

PAGE: Final = 830.0
MARGIN: Final = 24.0

TITLE_SIZE: Final = 22.0
SUBTITLE_SIZE: Final = 12.0
HEADER_SIZE: Final = 15.0
NAME_SIZE: Final = 13.0
NOTE_SIZE: Final = 11.5

TITLE_LEADING: Final = 28.0
SUBTITLE_LEADING: Final = 17.0
NAME_LEADING: Final = 17.0
NOTE_LEADING: Final = 15.0

ICON: Final = 20.0
"""Icons are drawn on a field of this size."""
