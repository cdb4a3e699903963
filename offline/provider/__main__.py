"""Serves the stand-in to the engine: `python -m offline.provider <engine address>`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from pulumi.provider.experimental import server

from offline.provider import wire
from offline.provider.schema import Schemas, sdk_version
from offline.provider.stand_in import StandInProvider


class _Servicer(server.ProviderServicer):
    """Hands `diff` the old inputs as its old state.

    The SDK's request class has no room for them, and inputs compared with outputs would hide a removed input.
    """

    async def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802 - the name of the remote procedure
        if request.old_inputs.fields:
            request.olds.CopyFrom(request.old_inputs)
        return await super().Diff(request, context)


def main() -> None:
    """Runs until the engine ends it. `DELIVERY_OFFLINE_CACHE` names the folder for what was read from the SDK."""
    wire.keep_assets_whole()
    setattr(server, "ProviderServicer", _Servicer)  # noqa: B010 - `server.main` takes no servicer
    cache = Path(os.environ.get("DELIVERY_OFFLINE_CACHE", ".offline/cache"))
    server.main(sys.argv[1:], sdk_version(), StandInProvider(schemas=Schemas(cache=cache)))


main()
