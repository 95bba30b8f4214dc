"""OpenID Connect, stricter than allauth alone: the ID token's signature and nonce are always looked at, the discovered
document must be of the issuer that was configured, and no secret goes to an address without TLS.
"""

from __future__ import annotations

import hashlib
import re
import time
from typing import Any

import jwt
import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from dashboard.accounts.adapter import of_this_site
from dashboard.environment import PROVIDER, is_trusted
from jobs.models import address_key

# Never those with a shared secret, nor none at all: the token's own header has no say in it.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
CLOCKS_DIFFER_SECONDS = 60
TEXTS = ("email", "preferred_username", "name", "given_name", "family_name", "picture")
# NUL, and halves of letters, which are none.
NOT_IN_TEXTS = re.compile("[\\0\ud800-\udfff]")
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


class Strictly(OpenIDConnectOAuth2Adapter):
    nonce = ""
    # When somebody was sent to sign in again, in seconds since 1970; None for an ordinary sign-in.
    asked_again_at: float | None = None

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, PROVIDER)

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the issuer says of itself. Raises OAuth2Error when that can't be trusted."""
        if not hasattr(self, "_openid_config"):
            issuer = self.get_provider().app.settings["server_url"]
            told = _get(f"{issuer}/.well-known/openid-configuration")
            if str(told.get("issuer", "")).rstrip("/") != issuer:
                raise OAuth2Error("The provider names another issuer than OIDC_ISSUER.")
            if not all(is_trusted(told[name]) for name in ENDPOINTS if name in told):
                raise OAuth2Error("The provider has addresses without TLS.")
            self._openid_config = told
        return self._openid_config

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return of_this_site(request.build_absolute_uri(reverse("sso-callback")), request)

    def complete_login(self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any) -> SocialLogin:
        claims = self._claims(kwargs["response"].get("id_token", ""), app.client_id)
        if claims.get("email") is None and "userinfo_endpoint" in self.openid_config:
            told = _get(self.profile_url, Authorization=f"Bearer {token.token}")
            if told.get("sub") != claims["sub"]:
                raise OAuth2Error("The provider returned a different person.")
            # An address, and whether it is verified, are from one place.
            claims = told | claims | {name: told.get(name) for name in ("email", "email_verified")}
        return self.get_provider().sociallogin_from_response(request, {"userinfo": _person(claims)})

    def _claims(self, id_token: str, client_id: str) -> dict[str, Any]:
        """What the ID token says, once it is known to be for us, from the issuer, and the answer to this question."""
        try:
            keys = jwt.PyJWKSet.from_dict(_get(self.openid_config["jwks_uri"]))
            key = _key(keys, jwt.get_unverified_header(id_token))
            claims: dict[str, Any] = jwt.decode(
                id_token,
                key,
                algorithms=ALGORITHMS,
                audience=client_id,
                issuer=self.openid_config["issuer"],
                leeway=CLOCKS_DIFFER_SECONDS,
                options={"require": ["exp", "iat", "iss", "sub", "aud"]},
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError, OverflowError, AttributeError) as wrong:
            raise OAuth2Error("The provider's answer can't be trusted.") from wrong
        # One for several clients has to say that it was issued to us (OpenID Connect Core, 3.1.3.7): nobody here knows
        # which of the others to trust.
        issued_to = [client_id] if _is_for_several(claims["aud"]) else [None, client_id]
        if _text(claims, "azp") not in issued_to:
            raise OAuth2Error("The provider's answer is for someone else.")
        if not self.nonce or not constant_time_compare(_text(claims, "nonce") or "", self.nonce):
            raise OAuth2Error("The provider answered a different request.")
        if not self._is_new_enough(claims.get("auth_time")):
            raise OAuth2Error("The provider reported an earlier sign-in.")
        return claims

    def _is_new_enough(self, auth_time: Any) -> bool:
        """A provider that doesn't tell when it looked is believed: whoever comes from there is signed in there. What
        lies in the future was never.
        """
        if self.asked_again_at is None or auth_time is None:
            return True
        is_time = isinstance(auth_time, int | float) and not isinstance(auth_time, bool)
        earliest, latest = self.asked_again_at - CLOCKS_DIFFER_SECONDS, time.time() + CLOCKS_DIFFER_SECONDS
        return is_time and earliest <= auth_time <= latest

    def asking_again(self) -> dict[str, str]:
        """What asks the provider to look anew; only what it says that it takes."""
        prompts = self.openid_config.get("prompt_values_supported")
        takes_prompt = not isinstance(prompts, list) or "login" in prompts
        return {"max_age": "0", **({"prompt": "login"} if takes_prompt else {})}


class Callback(OAuth2CallbackView):
    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        """What this browser's session, and nobody else, knows of the question: its nonce, and who asked it.

        Raises OAuth2Error when somebody else is signed in by now: their account is not the one to be connected.
        """
        state, answer = super()._get_state(request, provider)
        begun = (state or {}).get("data") or {}
        if state and begun.get("user") != request.user.pk:
            raise OAuth2Error("Someone else started this sign-in.")
        self.adapter.nonce = begun.get("nonce", "")
        self.adapter.asked_again_at = begun.get("asked_again_at")
        return state, answer


def _person(claims: dict[str, Any]) -> dict[str, str | bool]:
    """Who it is, of all that was claimed: texts, and whether the address is verified. Raises OAuth2Error."""
    issuer, subject = _text(claims, "iss"), _text(claims, "sub")
    if not issuer or not subject:
        raise OAuth2Error("The provider doesn't say who it is.")
    texts = {name: text for name in TEXTS if (text := _text(claims, name)) is not None}
    verified = claims.get("email_verified")
    return {
        **texts,
        "iss": issuer,
        "sub": subject,
        # A person of one issuer is nobody of another, should the configured one ever change.
        "uid": hashlib.sha256(f"{issuer} {subject}".encode()).hexdigest(),
        "email_verified": (verified is True or verified == "true") and bool(address_key(texts.get("email", ""))),
    }


def _is_for_several(audience: Any) -> bool:
    return isinstance(audience, list) and len(set(audience)) > 1


def _text(claims: dict[str, Any], name: str) -> str | None:
    """None for what isn't said, which null says as well. Raises OAuth2Error for what no database takes as a text."""
    told = claims.get(name)
    if told is None:
        return None
    if not isinstance(told, str) or NOT_IN_TEXTS.search(told):
        raise OAuth2Error(f"The provider's “{name}” is not text.")
    return told


def _key(keys: jwt.PyJWKSet, header: dict[str, Any]) -> Any:
    if "kid" in header:
        return keys[header["kid"]]
    (only,) = keys.keys if len(keys.keys) == 1 else (None,)
    if only is None:
        raise KeyError("kid")
    return only


def _get(address: str, **headers: str) -> dict[str, Any]:
    """Raises OAuth2Error. Redirects are not followed: they would lead past what was checked."""
    try:
        with get_adapter().get_requests_session() as session:
            answer = session.get(address, headers=headers, allow_redirects=False)
        answer.raise_for_status()
        told = answer.json()
    except (requests.RequestException, ValueError) as wrong:
        raise OAuth2Error("The provider sent an invalid answer.") from wrong
    if answer.status_code != 200 or not isinstance(told, dict):
        raise OAuth2Error("The provider sent an invalid answer.")
    return told
