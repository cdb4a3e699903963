"""Colours and icons of the drawing. No sign is told by colour alone: each kind has a shape and words as well."""

from collections.abc import Mapping
from typing import Final

from components.stages import Category

_PALETTE: Final[Mapping[str, tuple[str, str]]] = {
    ".page": ("fill:#ffffff;stroke:#d0d7de", "fill:#0d1117;stroke:#3d444d"),
    ".frame": ("fill:none;stroke:#818b98", "fill:none;stroke:#818b98"),
    ".chip": ("fill:#ffffff;stroke:#818b98", "fill:#0d1117;stroke:#818b98"),
    ".card": ("fill:#f6f8fa;stroke:#d0d7de", "fill:#151b23;stroke:#3d444d"),
    ".panel": ("fill:#fbfcfd;stroke:#818b98", "fill:#11161d;stroke:#818b98"),
    ".number": ("fill:#59636e", "fill:#9198a1"),
    ".numeral": ("fill:#ffffff", "fill:#0d1117"),
    ".strong": ("fill:#1f2328", "fill:#f0f6fc"),
    ".soft": ("fill:#59636e", "fill:#9198a1"),
    ".way": ("stroke:#59636e", "stroke:#9198a1"),
    ".head": ("fill:#59636e", "fill:#9198a1"),
    ".note": ("stroke:#59636e", "stroke:#9198a1"),
    ".rail": ("stroke:#818b98", "stroke:#818b98"),
    ".back": ("stroke:#cf222e", "stroke:#ff7b72"),
    ".back-head": ("fill:#cf222e", "fill:#ff7b72"),
    ".failure": ("fill:#cf222e", "fill:#ff7b72"),
    ".promoted": ("stroke:#1a7f37", "stroke:#3fb950"),
    ".promoted-head": ("fill:#1a7f37", "fill:#3fb950"),
    ".stop": ("fill:#cf222e", "fill:#ff7b72"),
    ".bar": ("stroke:#ffffff", "stroke:#0d1117"),
    ".action .shape": ("fill:#ffffff;stroke:#818b98", "fill:#212830;stroke:#818b98"),
    ".gate .shape": ("fill:#fff8c5;stroke:#9a6700", "fill:#3a2d04;stroke:#d29922"),
    ".trigger .shape": ("fill:#ddf4ff;stroke:#0969da", "fill:#0c2d56;stroke:#4493f8"),
    ".target .shape": ("fill:#dafbe1;stroke:#1a7f37", "fill:#10301a;stroke:#3fb950"),
    ".source .icon": ("stroke:#8250df", "stroke:#ab7df8"),
    ".build .icon": ("stroke:#0969da", "stroke:#4493f8"),
    ".test .icon": ("stroke:#bf3989", "stroke:#f778ba"),
    ".approval .icon": ("stroke:#9a6700", "stroke:#e3b341"),
    ".deploy .icon": ("stroke:#1a7f37", "stroke:#3fb950"),
    ".invoke .icon": ("stroke:#bc4c00", "stroke:#f0883e"),
    ".compute .icon": ("stroke:#57606a", "stroke:#9198a1"),
    ".trigger .icon": ("stroke:#0969da", "stroke:#79c0ff"),
}

STYLE: Final = "\n".join(
    [
        'text{font-family:-apple-system,BlinkMacSystemFont,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif}',
        ".shape{stroke-width:1.5}.gate .shape{stroke-width:2.5}.target .shape{stroke-dasharray:5 3}",
        ".panel{stroke-dasharray:2 4;stroke-linecap:round;stroke-width:1.2}",
        ".frame{stroke-dasharray:8 4;stroke-width:1.2}",
        ".way,.icon,.note,.rail{fill:none;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}",
        ".way{stroke-width:2}.rail{stroke-width:1.5}.bar{stroke-width:2.4;stroke-linecap:round}",
        ".aims,.back{stroke-dasharray:4 4;stroke-width:1.6}.promoted{stroke-width:2.6}",
        *(f"{selector}{{{light}}}" for selector, (light, _) in _PALETTE.items()),
        "@media (prefers-color-scheme:dark){",
        *(f"{selector}{{{dark}}}" for selector, (_, dark) in _PALETTE.items()),
        "}",
    ]
)
"""Two plain themes rather than variables, which not every drawing program reads."""

_CIRCLE: Final = "M10 2a8 8 0 1 0 0 16a8 8 0 0 0 0-16z"

ICONS: Final[Mapping[str, str]] = {
    Category.SOURCE: "M5 7v6M15 9c0 4-9 2-10 4M5 7a2.3 2.3 0 1 0 0-4.6A2.3 2.3 0 0 0 5 7z"
    "M5 17.6a2.3 2.3 0 1 0 0-4.6a2.3 2.3 0 0 0 0 4.6zM15 9a2.3 2.3 0 1 0 0-4.6A2.3 2.3 0 0 0 15 9z",
    Category.BUILD: "M10 2l7 4v8l-7 4-7-4V6zM3 6l7 4 7-4M10 10v8",
    Category.TEST: "M8 2v6L3 16.5c-.5.9 0 1.5 1 1.5h12c1 0 1.5-.6 1-1.5L12 8V2M6.5 2h7M5.5 13h9",
    Category.APPROVAL: "M7 9a3 3 0 1 0 0-6a3 3 0 0 0 0 6zM1.5 17c0-3 2-5 5.5-5s5.5 2 5.5 5M12.5 9l2 2.5L19 6",
    Category.DEPLOY: "M10 13V3M6 7l4-4 4 4M3 13v4h14v-4",
    Category.INVOKE: "M4 3h3.5l6.5 14h3M9.5 8.5L5 17",
    Category.COMPUTE: "M2 4h16v12H2zM5 8l3 2-3 2M10 13h4",
    "event": "M11 2L4 11h5l-1 7 7-9h-5z",
    "polling": "M17 10a7 7 0 1 1-2.2-5.1M15.5 1.5v4h-4",
    "schedule": f"{_CIRCLE}M10 6v4l3 2",
    "manual": "M6 3.5l10 6.5-10 6.5z",
    "other": f"{_CIRCLE}M10 9.5v.8",
}
"""Strokes on a field of 20 by 20, by category of an action or kind of a trigger."""

SIGNS: Final[Mapping[str, str]] = {
    "skip": "M2 14a7.5 7.5 0 0 1 15-1M17.5 7.5v5.5h-5.5M9.5 15v.1",
    "back": "M3 7h8a4 4 0 0 1 0 8H6M6 4L3 7l3 3",
    "window": f"{_CIRCLE}M10 5v5l3.5 2",
    "alarm": "M4.5 14.5c1.2-1.5 1.2-3 1.2-5a4.3 4.3 0 0 1 8.6 0c0 2 0 3.5 1.2 5zM8.3 17a1.8 1.8 0 0 0 3.4 0",
    "ask": f"{_CIRCLE}M7.8 8.2a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6M10 14.3v.1",
    "mail": "M2.5 4.5h15v11h-15zM2.5 5.5l7.5 6 7.5-6",
    "wait": "M5 2.5h10M5 17.5h10M6.5 2.5v3l3.5 4.5-3.5 4.5v3M13.5 2.5v3l-3.5 4.5 3.5 4.5v3",
    "again": "M16.5 10a6.5 6.5 0 1 1-2-4.7M15 2v3.6h-3.6",
}
"""The same for the notes on a stage, by their sign."""


def icon_of(kind: str) -> str:
    """The strokes of a kind, of `other` where it has none of its own."""
    return ICONS.get(kind, ICONS["other"])
