"""Runs a script that the site showed to a person, as it stands, against the cloud at the address given.

Runs in the SDK's environment. The one thing put in its way is where `create_from_env_vars` connects to.
"""

# mypy: disable-error-code="import-not-found"

import runpy
import sys

from viam.app.viam_client import ViamClient
from viam.rpc.dial import Credentials, DialOptions


def main() -> None:
    script, address, key_id, key = sys.argv[1:]

    async def here(*_: object) -> ViamClient:
        credentials = Credentials(type="api-key", payload=key)
        options = DialOptions(insecure=True, disable_webrtc=True, auth_entity=key_id, credentials=credentials)
        return await ViamClient.create_from_dial_options(options, app_url=address)

    ViamClient.create_from_env_vars = here
    runpy.run_path(script, run_name="__main__")


main()
