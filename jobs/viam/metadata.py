"""What every call says about us. Explicit metadata: grpc's call credentials refuse plaintext clouds on loopback."""

from __future__ import annotations

from dataclasses import dataclass, field

VERSION = "0.1.0"
# The version of Viam's API that protos/ was read off.
API_VERSION = "0.1.601"

Metadata = tuple[tuple[str, str], ...]
GREETING: Metadata = (("viam_client", f"trainyard;v{VERSION};v{API_VERSION}"),)


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """A bearer token. Two are never equal: it matters which sign-in one came from, not what it reads."""

    value: str = field(repr=False)

    @property
    def metadata(self) -> Metadata:
        return (*GREETING, ("authorization", f"Bearer {self.value}"))

    @property
    def is_sendable(self) -> bool:
        """Fit for metadata, where grpc would print an unfit one in its complaint."""
        return bool(self.value) and self.value.isascii() and self.value.isprintable()
