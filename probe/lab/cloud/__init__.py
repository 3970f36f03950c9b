"""The lab's AWS: everything that answers behind an AWS host name, in this one process.

A request comes as a value and leaves as a value; ``front`` has the sockets.  moto holds the resources,
``repairs`` mends them, ``overrides`` answers what moto cannot, ``iam`` decides, ``registry`` serves images.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from probe.lab.api import calls, errors
from probe.lab.api.calls import Call, Handler
from probe.lab.api.errors import ApiError
from probe.lab.cloud import backends, greetings, inprocess, operator, overrides, repairs, trouble
from probe.lab.cloud.headers import dressed
from probe.lab.cloud.trail import Trail
from probe.lab.faults import Faults
from probe.lab.iam import INVALID_TOKEN, Iam, accounts
from probe.lab.iam.principals import Principal
from probe.lab.names import Names, Place
from probe.lab.registry import Registry
from probe.lab.route53.firewall import Firewall
from probe.lab.wire import Answer, Request

__all__ = ["ApiError", "Call", "Cloud", "Handler"]

_COMPILED = frozenset({"ec2", "efs", "route53resolver"})
"""Services whose changes the kernel has to follow; mount targets and Resolver endpoints have interfaces."""


class Cloud:
    """An account's network in one region; other regions and accounts have their resources and no network.

    ``handlers`` override moto for a (service, operation), both as botocore writes them.  ``after_change`` is
    called after every call that may have changed the network, before its answer leaves.  Policies hold once
    ``enforced``.  ``history`` is what CloudTrail remembers.  ``lock`` is held while moto works; take it to
    read moto's state, and never while waiting for an answer.
    """

    def __init__(
        self, region: str = "us-east-1", account: str = "123456789012", workdir: Path | None = None
    ) -> None:
        backends.start(account)
        self.region, self.account = region, account
        self.lock = threading.RLock()
        self.names = Names(region, backends.regions())
        self.faults = Faults()
        self.trail = Trail()
        self.enforced = False
        self.closed_regions: set[str] = set()  # Where nobody's credentials hold.
        self.after_change: Callable[[], None] = lambda: None
        self._clients: dict[tuple[str, str], Any] = {}
        repairs.install(self.names)
        repairs.default_vpc.ensure(self.backend("ec2"))
        self.iam = Iam(self.backend, account, region, self.lock)
        self.registry = Registry(self, workdir)
        self.firewall = Firewall()
        self.handlers: dict[tuple[str, str], Handler] = dict(overrides.handlers(self))

    def backend(self, api: str, region: str = "", account: str = "") -> Any:
        """Moto's state of a service (botocore's name for it)."""
        return backends.backend(api, account or self.account, region or self.region)

    def client(self, api: str, region: str = "") -> Any:
        """A boto3 client answered in this process, with no socket and no authorisation: AWS's own hand."""
        key = (api, region or self.region)
        with self.lock:
            if key not in self._clients:
                self._clients[key] = inprocess.client(self, *key)
            return self._clients[key]

    def operator_credentials(self) -> Mapping[str, str]:
        """Environment variables that hold the keys of the person at the desk, an administrator."""
        return operator.credentials(self)

    def public_address(self, eni_id: str) -> str:
        """Give an interface a public address of its own, as ``assignPublicIp`` does."""
        with self.lock:
            eni = self.backend("ec2").get_network_interface(eni_id)
            eni.public_ip = repairs.addresses.free_public(self.backend("ec2"))
            address = str(eni.public_ip)
        self.after_change()
        return address

    def answer(self, request: Request, *, trusted: bool = False) -> Answer:
        """Answer a request for an AWS host name; ``trusted`` ones are AWS's own, which no fault stops."""
        place = self.names.locate(request.host)
        if place is None:
            return Answer(404, {"content-type": "text/plain"}, b"no such host\n")
        signed, request = request, request.to(place.host)
        wrong = None if trusted else trouble.answer(self.faults, place, request)
        made = wrong or (self.registry.answer(request, place) if self.registry.serves(place) else None)
        return dressed(made or self._api(signed, request, place, trusted=trusted), place)

    def _api(self, signed: Request, request: Request, place: Place, *, trusted: bool) -> Answer:
        """The API's answer; ``signed`` is the request with the host name that its caller signed."""
        api = place.service.api or ""
        try:
            signer = None if trusted else self._signer(signed, place)
            greeting = None if trusted or signer else greetings.answer(request, place)
            if greeting is not None:
                return greeting
            if signer is None and not trusted:
                greetings.refuse_unsigned(place)
            call = calls.read(request, place, self.account)
            call = dataclasses.replace(call, principal=signer, account=accounts.serving(call, signer))
            return self.perform(call, trusted=trusted)
        except ApiError as error:
            return errors.answer(error, api=api, protocol=calls.protocol_of(api))

    def _signer(self, signed: Request, place: Place) -> Principal | None:
        """Whoever signed a request, with keys that hold in its region."""
        signer = self.iam.authenticate(signed)
        if signer is not None and place.region in self.closed_regions:
            raise ApiError("UnrecognizedClientException", INVALID_TOKEN)
        return signer

    def perform(self, call: Call, *, trusted: bool) -> Answer:
        """Do what a call asks, if its caller may."""
        try:
            if self.enforced and not trusted:
                self.iam.permit(call)
                overrides.encryption.decrypt_object(self, call)
            answer = self._performed(call)
        except ApiError as error:
            self.trail.write(call, error.code)
            raise
        self.trail.write(call, self._refusal(call, answer))
        if call.api in _COMPILED and call.mutates:
            self.after_change()
        return answer

    def _performed(self, call: Call) -> Answer:
        handler = self.handlers.get((call.api, call.operation))
        if handler is None:
            return self._moto(call)
        result = handler(dataclasses.replace(call, forward=lambda: self._forward(call)))
        return backends.written(result, call.model, call.api, call.protocol)

    @staticmethod
    def _refusal(call: Call, answer: Answer) -> str | None:
        """The code of an answer that is an error."""
        if answer.status < 300:  # noqa: PLR2004 - AWS's APIs redirect no call; above 2xx is an error
            return None
        found = backends.parsed(answer, call.model, call.protocol).get("Error", {})
        return str(found.get("Code", "InternalFailure"))

    def _moto(self, call: Call) -> Answer:
        with self.lock:
            answer = backends.ask(call.api, call.account, call.request)
        return errors.plain(answer) if call.protocol == "json" else answer

    def _forward(self, call: Call) -> dict[str, Any]:
        """Moto's answer as boto3 shows it; its errors as ApiError."""
        answer = self._moto(call)
        result = backends.parsed(answer, call.model, call.protocol)
        if answer.status >= 300:  # noqa: PLR2004 - AWS's APIs redirect no call; above 2xx is an error
            error = result.get("Error", {})
            raise ApiError(
                str(error.get("Code", "InternalFailure")), str(error.get("Message", "")), answer.status
            )
        return result
