# The probe's image: an interpreter, what the probe imports, and nothing to write to but /results.
# BASE is any glibc image with Python 3.11 or newer as `python`. Nothing of the target runs while it is built, so
# a machine of either architecture builds it for both: linux/amd64 and linux/arm64. The default is 3.13.15's index.
ARG BASE=docker.io/library/python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b

FROM --platform=$BUILDPLATFORM ${BASE} AS build
# pip's own settings, for a builder that reaches no index.
ARG PIP_NO_INDEX
ARG PIP_FIND_LINKS
ARG TARGETARCH
WORKDIR /build
COPY requirements-container.txt scripts/prune ./
RUN case $TARGETARCH in amd64) machine=x86_64 ;; arm64) machine=aarch64 ;; *) machine=$(uname -m) ;; esac && \
    python -m pip install --quiet --no-cache-dir --no-compile --root-user-action ignore --require-hashes \
        --only-binary :all: --platform "manylinux2014_$machine" --target /opt/probe \
        --requirement requirements-container.txt
COPY probe /opt/probe/probe
COPY LICENSE /opt/probe/LICENSE
RUN sh ./prune /opt/probe
# Fargate's task volumes are root's unless the image owns the path and declares it.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
RUN install -d -o 65532 -g 65532 /results

# Said although it is the default: podman 4.3 takes the first stage's platform for this one too.
FROM --platform=$TARGETPLATFORM ${BASE}
COPY --from=build /opt/probe /opt/probe
# Said again: a directory that COPY makes is root's, whatever it is a copy of.
COPY --from=build --chown=65532:65532 /results /results
VOLUME /results
ENV PYTHONPATH=/opt/probe \
    PYTHONSAFEPATH=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    AWS_EC2_METADATA_DISABLED=true
USER 65532:65532
WORKDIR /
ENTRYPOINT ["python", "-m", "probe"]
ARG BASE
ARG VERSION
ARG REVISION
LABEL org.opencontainers.image.title="run-probe" \
      org.opencontainers.image.description="Measures, from inside the VPC, why a Fargate task cannot start." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="${BASE}"
