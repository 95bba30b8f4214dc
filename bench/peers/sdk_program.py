"""Runs in the environment of Viam's SDK, and knows nothing of Trainyard."""

# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import asyncio
import sys

from viam.app.viam_client import ViamClient
from viam.proto.app.mltraining import TrainingStatus
from viam.rpc.dial import Credentials, DialOptions


async def main(address: str, key_id: str, key: str, organization_id: str) -> None:
    credentials = Credentials(type="api-key", payload=key)
    options = DialOptions(insecure=True, disable_webrtc=True, auth_entity=key_id, credentials=credentials)
    client = await ViamClient.create_from_dial_options(options, app_url=address)
    for job in await client.ml_training_client.list_training_jobs(organization_id):
        print(job.id, TrainingStatus.Name(job.status), job.model_name, job.model_version, job.created_on.ToDatetime())
    client.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
