# The probe's image: an interpreter, what the probe imports, and nothing to write to but /results.
# BASE is any glibc image with Python 3.11 or newer as `python`, for x86-64 or arm64; scripts/image says how to
# pin it by digest, and writes down which one it was.
ARG BASE=docker.io/library/python:3.13-slim

FROM ${BASE} AS build
# pip's own settings, for a builder that reaches no index.
ARG PIP_NO_INDEX
ARG PIP_FIND_LINKS
WORKDIR /build
COPY requirements-container.txt scripts/prune ./
RUN python -m pip install --quiet --no-cache-dir --no-compile --root-user-action ignore --require-hashes \
        --only-binary :all: --target /opt/probe --requirement requirements-container.txt
COPY probe /opt/probe/probe
COPY LICENSE /opt/probe/LICENSE
RUN sh ./prune /opt/probe

FROM ${BASE}
COPY --from=build /opt/probe /opt/probe
# Fargate's task volumes are root's unless the image owns the path and declares it.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
RUN install -d -o 65532 -g 65532 /results
VOLUME /results
ENV PYTHONPATH=/opt/probe \
    PYTHONSAFEPATH=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    AWS_EC2_METADATA_DISABLED=true
USER 65532:65532
WORKDIR /
ENTRYPOINT ["python", "-m", "probe"]
ARG BASE
ARG BASE_DIGEST
ARG VERSION
ARG REVISION
LABEL org.opencontainers.image.title="run-probe" \
      org.opencontainers.image.description="Measures, from inside the VPC, why a Fargate task cannot start." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="${BASE}" \
      org.opencontainers.image.base.digest="${BASE_DIGEST}"
