"""A picture of a dashboard as it will look, made of its widgets; its curves are invented."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from components.dashboards import COLUMNS, ApplicationView, Placed, application_rows, environment_rows, placed
from components.dashboards.widgets import AlarmStatus, Graph, LogQuery, Series, Share, Text, Widget
from components.diagram.boxes import Box, Heading
from components.diagram.grid import MARGIN, NAME_LEADING, NAME_SIZE, NOTE_LEADING, NOTE_SIZE, PAGE
from components.diagram.pen import finished, group, head, lines, number, rectangle, sheet
from components.diagram.text import width, wrap
from components.place import Place

COLUMN: Final = (PAGE - 2 * MARGIN) / COLUMNS
ROW: Final = 30.0
GAP: Final = 6.0
"""Between two widgets."""
INSET: Final = 12.0
SAMPLES: Final = 32
COLOURS: Final = ("build", "source", "test", "invoke", "approval", "compute")
"""Groups of the house's style that give strokes a colour; each line has dashes of its own besides."""
DASHES: Final = ("", "7 3", "2 3", "9 3 2 3", "4 2", "1 4")
STATE: Final = "OK"


def application_picture(view: ApplicationView) -> str:
    """The dashboard of an application; the file stands alone, in light and dark."""
    return _picture(view.name, placed([*application_rows(view)]))


def environment_picture(place: Place, views: Sequence[ApplicationView]) -> str:
    """The dashboard of an environment."""
    return _picture(place.name, placed([*environment_rows(place, views)]))


def _picture(name: str, widgets: Sequence[Placed]) -> str:
    story = "; ".join(_story(one.widget) for one in widgets)
    root = sheet(f"{name} dashboard", title=f"Dashboard {name}", story=f"From the top: {story}.")
    heading = Heading.of(name, f"{len(widgets)} widgets · a preview: curves and numbers are invented")
    head(root, heading)
    top = heading.bottom + 8
    for one in widgets:
        box = Box(
            MARGIN + one.x * COLUMN + GAP / 2,
            top + one.y * ROW + GAP / 2,
            one.widget.width * COLUMN - GAP,
            one.widget.height * ROW - GAP,
        )
        _widget(group(root, "stage", one.widget.title), one.widget, box)
    return finished(root, height=top + max(one.y + one.widget.height for one in widgets) * ROW + MARGIN)


def _story(widget: Widget) -> str:
    match widget:
        case Graph():
            return f"{widget.title}: {', '.join(one.label for one in widget.series)}"
        case Share():
            return f"{widget.title}: {', '.join(widget.shares)}"
        case AlarmStatus():
            return f"{widget.title}: {', '.join(widget.alarms)}"
        case _:
            return widget.title


def _widget(parent: Element, widget: Widget, box: Box) -> None:
    rectangle(parent, box, "card", radius=6)
    inner = Box(box.x + INSET, box.y + 6, box.width - 2 * INSET, box.height - 12)
    if isinstance(widget, Text):
        _text(parent, widget, inner)
        return
    title = wrap(widget.title, limit=inner.width, size=NAME_SIZE, bold=True)
    y = lines(parent, title, inner.x, inner.y + 12, size=NAME_SIZE, leading=NAME_LEADING, strong=True)
    rest = Box(inner.x, y - 8, inner.width, inner.bottom - y + 8)
    match widget:
        case Graph():
            _graph(parent, widget, rest)
        case Share():
            _shares(parent, widget, rest)
        case AlarmStatus():
            _alarms(parent, widget, rest)
        case LogQuery():
            said = wrap(f"{widget.group}: {widget.query}", limit=rest.width, size=NOTE_SIZE)
            lines(parent, said, rest.x, rest.y + 14, size=NOTE_SIZE, leading=NOTE_LEADING)


def _text(parent: Element, widget: Text, box: Box) -> None:
    _, *said = widget.markdown.splitlines()
    y = lines(parent, [widget.title], box.x, box.y + 12, size=NAME_SIZE, leading=NAME_LEADING, strong=True)
    for line in said:
        y = lines(parent, wrap(line, limit=box.width, size=NOTE_SIZE), box.x, y, size=NOTE_SIZE, leading=NOTE_LEADING)


def _alarms(parent: Element, widget: AlarmStatus, box: Box) -> None:
    """Each alarm with its state, as many beside each other as fit."""
    said = [f"{STATE}  {name}" for name in widget.alarms]
    wide = max(width(one, size=NOTE_SIZE) for one in said) + 22
    columns = max(1, int(box.width / wide))
    for index, text in enumerate(said):
        row, column = divmod(index, columns)
        cell = Box(box.x + column * box.width / columns, box.y + 4 + row * 19, wide - 6, 17)
        rectangle(parent, cell, "chip", radius=4)
        lines(parent, [text], cell.x + 7, cell.y + 12.5, size=NOTE_SIZE)


def _shares(parent: Element, widget: Share, box: Box) -> None:
    """A number for each, beside each other, and under it what it is of."""
    wide = box.width / len(widget.shares)
    for index, label in enumerate(widget.shares):
        x = box.x + index * wide
        y = lines(parent, [str(_invented(label))], x, box.y + 18, size=NAME_SIZE, leading=NAME_LEADING, strong=True)
        named = wrap(label, limit=wide - GAP, size=NOTE_SIZE)
        lines(parent, named, x, y, size=NOTE_SIZE, leading=NOTE_LEADING)


def _invented(label: str) -> int:
    """A percentage that is always the same for the same label."""
    return hashlib.sha256(label.encode()).digest()[0] % 15


def _graph(parent: Element, widget: Graph, box: Box) -> None:
    """Axes, a threshold, a curve for each series, and under them what each is called."""
    names = [(one, _legend(one, box.width - 34)) for one in widget.series]
    below = NOTE_LEADING * len(names)
    plot = Box(box.x, box.y + 4, box.width, box.height - below - 8)
    SubElement(
        parent, "path", {"class": "rail", "d": f"M{_at(plot.x, plot.y)}V{number(plot.bottom)}H{number(plot.right)}"}
    )
    if widget.lines:
        threshold = {"class": "note", "stroke-dasharray": "5 4"}
        start = _at(plot.x, plot.y + plot.height * 0.12)
        SubElement(parent, "path", {**threshold, "d": f"M{start}H{number(plot.right)}"})
    y = plot.bottom + 16
    for index, (series, name) in enumerate(names):
        coloured = group(parent, "deploy" if series.right else COLOURS[index % len(COLOURS)], "")
        dashes = {"stroke-dasharray": DASHES[index % len(DASHES)]} if DASHES[index % len(DASHES)] else {}
        curve = _deployments(plot) if series.metric == "Deployments" and series.right else _curve(series, plot)
        SubElement(coloured, "path", {"class": "icon", **dashes, "d": curve})
        SubElement(coloured, "path", {"class": "icon", **dashes, "d": f"M{_at(box.x, y - 4)}h24"})
        lines(coloured, [name], box.x + 32, y, size=NOTE_SIZE)
        y += NOTE_LEADING


def _legend(series: Series, limit: float) -> str:
    return wrap(f"{series.label} ({series.statistic})", limit=limit, size=NOTE_SIZE)[0]


def _curve(series: Series, plot: Box) -> str:
    """A curve that is always the same for the same series, and never reaches a threshold."""
    points = [
        (plot.x + plot.width * index / (SAMPLES - 1), plot.bottom - 2 - plot.height * height)
        for index, height in enumerate(_heights(f"{series.metric} {series.label}"))
    ]
    return "M" + "L".join(_at(x, y) for x, y in points)


def _heights(seed: str) -> Iterator[float]:
    """Between 0.08 and 0.6, each near the one before it."""
    level = 0.2
    for byte in hashlib.sha256(seed.encode()).digest()[:SAMPLES]:
        level = 0.7 * level + 0.3 * (0.08 + 0.52 * byte / 255)
        yield level


def _deployments(plot: Box) -> str:
    """Three deployments, as marks at their moments."""
    return "".join(
        f"M{_at(plot.x + plot.width * at, plot.bottom - 2)}V{number(plot.bottom - plot.height * 0.75)}"
        for at in (0.22, 0.55, 0.81)
    )


def _at(x: float, y: float) -> str:
    return f"{number(x)} {number(y)}"
