"""Names of arguments that look like a secret's. Viam shows arguments to everybody in the organization; here the values
of these are shown to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

# What stands in the place of a value: of any length, and in a form that is filled with a job's values for "as it was".
HIDDEN = "[hidden]"

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# Each says enough alone.
_SECRET = {
    *("secret", "secrets", "password", "passwords", "passwd", "pwd", "passphrase", "passcode"),
    *("credential", "credentials", "creds", "bearer", "auth", "authorization", "authentication"),
    *("apikey", "accesskey", "privatekey", "secretkey", "authtoken", "accesstoken", "apitoken"),
}
# A key or token of one of these opens something. A key or token alone may be a word of machine learning.
_OPENS = {
    *("api", "access", "private", "secret", "signing", "encryption", "account", "ssh", "storage", "service", "shared"),
    *("master", "client", "deploy", "license", "user", "admin", "sas", "aws", "gcp", "azure", "hf", "huggingface"),
    *("wandb", "openai", "github", "gitlab", "viam", "ngc", "comet", "neptune", "roboflow"),
}
# Beside "token", they speak of texts and models: max_token, pad_token_id, token_length.
_OF_TEXTS = {
    *("max", "min", "num", "number", "count", "length", "len", "size", "limit", "per", "type", "types", "embedding"),
    *("embeddings", "dim", "dropout", "pad", "padding", "eos", "bos", "unk", "mask", "masked", "masking", "sep", "cls"),
    *("start", "end", "stop", "decoder", "encoder", "special", "vocab", "image", "class", "prefix", "separator"),
    *(
        "ratio",
        "weight",
        "loss",
        "pruning",
        "merging",
        "mixing",
        "batch",
        "window",
        "level",
        "index",
        "position",
        "id",
        "ids",
        "idx",
    ),
}


def looks_secret(name: str) -> bool:
    """By whole words, between `_`, `-`, `.`, digits and changes of case: `hf_token` and `wandbApiKey`; not
    `tokenizer`, `max_tokens`, `keypoints` or `author`.
    """
    words = [word.lower() for word in _WORD.findall(name)]
    if _SECRET.intersection(words):
        return True
    if "token" in words and not _OF_TEXTS.intersection(words):
        return True
    pairs = pairwise(words)
    return any(second in ("key", "keys", "token", "tokens") and first in _OPENS for first, second in pairs)


def without_secrets(arguments: Mapping[str, str]) -> dict[str, str]:
    """The arguments as they may be shown."""
    return {name: HIDDEN if value and looks_secret(name) else value for name, value in arguments.items()}
