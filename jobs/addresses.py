"""How names and ids of the cloud stand in our addresses."""


class CloudId:
    """An id of the cloud: opaque, so anything that an address can carry in one segment, within reason."""

    regex = r"[^/\x00-\x20\x7f]{1,200}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class ModelName(CloudId):
    """A model's name: any string, says Viam, so slashes and spaces too."""

    regex = r"[^\x00]+"
