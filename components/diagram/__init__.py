"""Draws a road from the same values that make the pipeline, so that the picture can't be older than the pipeline.

`mermaid` is text that GitHub draws in a README or a pull request, `svg` a file that stands alone.
Both are pure and always give the same text for the same road.
"""

from components.diagram.drawing import svg
from components.diagram.flowchart import mermaid

__all__ = ["mermaid", "svg"]
