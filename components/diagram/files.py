"""What is written down of a road, or of all roads of an application: a picture, a flowchart, and the same in words."""

from collections.abc import Mapping, Sequence

from components.diagram.drawing import svg
from components.diagram.flowchart import mermaid
from components.diagram.overview import overview_mermaid, overview_prose, overview_svg
from components.diagram.prose import prose
from components.diagram.scene import Scene


def files(scene: Scene) -> Mapping[str, str]:
    """By the name of a file, its text: three files of one road, called as its pipeline."""
    name = scene.road.name
    return {f"{name}.svg": svg(scene), f"{name}.mmd": mermaid(scene), f"{name}.md": prose(scene)}


def overview_files(scenes: Sequence[Scene]) -> Mapping[str, str]:
    """The same of the roads of one application, in the order of its environments; no pipeline has a dot in its name."""
    name = f"{scenes[0].application}.overview"
    return {
        f"{name}.svg": overview_svg(scenes),
        f"{name}.mmd": overview_mermaid(scenes),
        f"{name}.md": overview_prose(scenes),
    }
