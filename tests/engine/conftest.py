"""The fixture `engine`, described in `harness`, and the lives of the three stacks, described in `lifecycle`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from offline.install import install_engine
from offline.layout import Layout
from tests.engine.harness import Document, Engine, EngineFactory, open_engine
from tests.engine.lifecycle import STACKS, Lifecycles, live


@pytest.fixture(scope="session")
def layout() -> Layout:
    """This clone, with the engine built; `make test` has done it before."""
    clone = Layout.of_this_clone()
    assert clone.python.exists(), "the virtual environment is missing: run the tests with `make test`"
    install_engine(layout=clone)
    return clone


@pytest.fixture
def engine(layout: Layout, tmp_path: Path) -> EngineFactory:
    """Opens stacks on the real engine; each has a state of its own that goes with the test."""
    return engine_factory(layout=layout, folder=tmp_path)


@pytest.fixture(scope="module")
def module_engine(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> EngineFactory:
    """As `engine`, for a fixture that several tests of one module read from."""
    return engine_factory(layout=layout, folder=tmp_path_factory.mktemp("engine"))


@pytest.fixture(scope="session")
def lifecycles(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lifecycles]:
    """The lives of dev, staging and prod, begun once for all tests: two at a time, as there are cores."""
    opened = engine_factory(layout=layout, folder=tmp_path_factory.mktemp("lifecycles"))
    engines = {stack: opened(stack=stack, packs=True) for stack in STACKS}
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield {stack: pool.submit(live, engine) for stack, engine in engines.items()}


def engine_factory(*, layout: Layout, folder: Path) -> EngineFactory:
    """A factory whose engines lie side by side in `folder`."""
    numbers = itertools.count()

    def opened(
        *,
        stack: str = "dev",
        edit: Callable[[Document], None] | None = None,
        program: Path | None = None,
        source: str | None = None,
        config: Mapping[str, Any] | None = None,
        packs: bool | Sequence[Path] = False,
    ) -> Engine:
        own = folder / f"engine-{next(numbers)}"
        own.mkdir()
        return open_engine(
            layout=layout,
            folder=own,
            stack=stack,
            edit=edit,
            program=program,
            source=source,
            config=config,
            packs=packs,
        )

    return opened
