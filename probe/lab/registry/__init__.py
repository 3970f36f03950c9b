"""Images: ECR's registry host and the S3 host that its layers are fetched from, in front of a real registry.

The registries of others stand in front of the same one, in ``outside``.

moto's ECR has the repositories and their policies; the blobs are the registry's.  An image exists when it was
pushed.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from probe.lab.api import errors
from probe.lab.api.errors import ApiError
from probe.lab.iam import Denied, Principal, stored
from probe.lab.iam.evaluation import Policies, decide
from probe.lab.iam.policies import Question
from probe.lab.names import Place
from probe.lab.registry import hubs, manifests, protocol
from probe.lab.registry.caching import IMPORTING, Caches
from probe.lab.registry.child import Child
from probe.lab.registry.layers import Layer, Layers, bucket
from probe.lab.registry.outside import Outside
from probe.lab.registry.pushing import push_image
from probe.lab.registry.tokens import Tokens
from probe.lab.wire import Answer, Request

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

__all__ = ["Registry", "push_image"]


class Registry:
    """Answers for ``ACCOUNT.dkr.ecr.REGION`` and for the region's layer bucket."""

    def __init__(self, cloud: Cloud, workdir: Path | None = None) -> None:
        self._cloud = cloud
        self.child = Child(workdir or Path(tempfile.mkdtemp(prefix="lab-registry-")))
        self.tokens = Tokens()
        self._layers = Layers(cloud.account)
        self.outside = Outside(cloud, self.child)
        self.caches = Caches(cloud, self.child)
        cloud.names.outside.update(hubs.hosts())

    def serves(self, place: Place) -> bool:
        """Whether a host is a registry's or serves its layers."""
        return place.host in self._cloud.names.outside or self._is_ecrs(place)

    @staticmethod
    def _is_ecrs(place: Place) -> bool:
        return place.suffix == "ecr.dkr" or (place.suffix == "s3" and place.label == bucket(place.region))

    def answer(self, request: Request, place: Place) -> Answer:
        """The answer of whichever host was asked."""
        if not self._is_ecrs(place):
            return self.outside.answer(request)
        return self._blob(request) if place.suffix == "s3" else self._registry(request, place)

    def size(self, repository: str, digest: str, region: str = "") -> int | None:
        """Bytes of a layer that was pushed, or None."""
        target = f"/v2/{region or self._cloud.region}/{repository}/blobs/{digest}"
        found = self.child.ask("HEAD", target, {})
        return int(found.headers["content-length"]) if found.status == 200 else None  # noqa: PLR2004 - HTTP's OK

    def digest(self, account: str, region: str, repository: str, reference: str) -> str | None:
        """The digest that a tag, or a digest, means in a repository of ECR; None where there is none."""
        if not account:
            return None
        with self._cloud.lock:
            known = self._cloud.backend("ecr", region, account).repositories.get(repository)
            return manifests.digest(known, reference) if known is not None else None

    def layer_url(self, region: str, repository: str, digest: str) -> str:
        """Where a layer can be fetched for an hour."""
        return self._layers.url(Layer(region, repository, digest))

    def _registry(self, request: Request, place: Place) -> Answer:
        good, principal = self.tokens.holder(request.headers.get("authorization", ""))
        if "authorization" not in request.headers:
            return protocol.unauthorized(place.label, place.region)
        if not good:
            text = "Your authorization token has expired. Reauthenticate and try again."
            return protocol.error(403, "DENIED", text)
        wanted = protocol.read(request)
        if wanted is None:
            root = request.path in ("/v2", "/v2/")
            return (
                Answer(200, {"content-type": "text/plain"})
                if root
                else protocol.error(404, "UNSUPPORTED", "no such path")
            )
        denied = self._denied(request, place, wanted, principal, wanted.action)
        return (
            denied
            or self._unimported(request, place, wanted, principal)
            or self._permitted(request, place, wanted)
        )

    def _unimported(
        self, request: Request, place: Place, wanted: protocol.Wanted, principal: Principal | None
    ) -> Answer | None:
        """Import what a cache lacks; the answer is the refusal to.

        Through a VPC endpoint a first pull brings nothing: it needs a way out.
        https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
        """
        has = self.digest(place.label, place.region, wanted.repository, wanted.reference)
        pulled = wanted.kind == "manifests" and not wanted.writes
        if has or not pulled or request.endpoint or not self.caches.upstream(place, wanted.repository):
            return None
        for action in IMPORTING:
            denied = self._denied(request, place, wanted, principal, action)
            if denied:
                return denied
        self.caches.fill(place, wanted)
        return None

    def _denied(
        self,
        request: Request,
        place: Place,
        wanted: protocol.Wanted,
        principal: Principal | None,
        action: str,
    ) -> Answer | None:
        if not self._cloud.enforced or principal is None:
            return None
        resource = f"arn:aws:ecr:{place.region}:{place.label}:repository/{wanted.repository}"
        context = self._cloud.iam.context(request, place.region)
        try:
            self._cloud.iam.authorize(principal, action, resource, context, request.endpoint)
        except Denied as denied:
            return protocol.error(403, "DENIED", denied.message)
        return None

    def _permitted(self, request: Request, place: Place, wanted: protocol.Wanted) -> Answer:
        if wanted.repository not in self._cloud.backend("ecr", place.region, place.label).repositories:
            return protocol.unknown_repository(wanted.repository, place.label)
        if wanted.kind == "manifests" and not wanted.writes:
            return self._manifest(request, place, wanted)
        if wanted.kind == "blobs" and request.method == "GET":
            return self._redirect(place, wanted)
        made = self.child.relay(request, place.region)
        if wanted.kind == "manifests" and made.status < 300:  # noqa: PLR2004 - HTTP's success
            told = {
                **request.headers,
                **made.headers,
                "content-type": request.headers.get("content-type", ""),
            }
            manifests.record(self._cloud, place, wanted, request.body, told)
        return made

    def _manifest(self, request: Request, place: Place, wanted: protocol.Wanted) -> Answer:
        """An image that ECR has: what its API deletes or tags anew is gone, or another, here too."""
        digest = self.digest(place.label, place.region, wanted.repository, wanted.reference)
        if digest is None:
            return protocol.unknown_image()
        target = f"/v2/{wanted.repository}/manifests/{digest}"
        return self.child.relay(request, place.region, target)

    def _redirect(self, place: Place, wanted: protocol.Wanted) -> Answer:
        if self.size(wanted.repository, wanted.reference, place.region) is None:
            return protocol.error(404, "BLOB_UNKNOWN", "blob unknown to registry")
        return Answer(307, {"location": self.layer_url(place.region, wanted.repository, wanted.reference)})

    def _blob(self, request: Request) -> Answer:
        try:
            layer = self._layers.at(request.path, request.query, request.headers)
            self._through_endpoint(request, layer)
        except ApiError as refusal:
            return errors.answer(refusal, api="s3", protocol="rest-xml")
        headers = {"range": request.headers["range"]} if "range" in request.headers else {}
        target = f"/v2/{layer.region}/{layer.repository}/blobs/{layer.digest}"
        made = self.child.ask(request.method, target, headers)
        passed = ("content-type", "content-range", "accept-ranges", "etag")
        kept = {name: value for name, value in made.headers.items() if name in passed}
        if request.method == "HEAD":
            kept["content-length"] = made.headers.get("content-length", "0")
        return Answer(made.status, kept, made.body)

    def _through_endpoint(self, request: Request, layer: Layer) -> None:
        """ECR signs the address, so only the endpoint's policy is asked; S3 tells a stranger no reason."""
        if not self._cloud.enforced:
            return
        resource = f"arn:aws:s3:::{bucket(layer.region)}{request.path}"
        question = Question(None, "s3:GetObject", resource, self._cloud.iam.context(request, layer.region))
        policy = stored.endpoint_policy(self._cloud.backend, request.endpoint)
        anyone = Policies(endpoint=policy)
        if policy is not None and "endpoint" in decide(question, anyone).clause:
            raise ApiError("AccessDeniedException", "Access Denied")
