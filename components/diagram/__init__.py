"""Draws roads from the same values that make the pipelines, so that a picture can't be older than its pipeline.

`svg` is a file that stands alone, `mermaid` text that GitHub draws in a README or a pull request, `prose` the same in
words, as Markdown; `overview_…` the same of all roads of one application. All are pure, and always give the same text
for the same road.
"""

from components.diagram.drawing import svg
from components.diagram.flowchart import mermaid
from components.diagram.overview import overview_mermaid, overview_prose, overview_svg
from components.diagram.prose import prose
from components.diagram.scene import Scene

__all__ = ["Scene", "mermaid", "overview_mermaid", "overview_prose", "overview_svg", "prose", "svg"]
