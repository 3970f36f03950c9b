#!/bin/sh
# by_hand.sh REGION REGISTRY IMAGE SECRET PARAMETER GROUP: what a person runs instead of the probe, each
# service in turn: its name over UDP and TCP, its certificate, an HTTP answer, and the agent's call.
set -eu
region=$1 registry=$2 image=$3 secret=$4 parameter=$5 group=$6
bucket=prod-$region-starport-layer-bucket.s3.$region.amazonaws.com

look() {
    dig "$1"
    dig +tcp "$1"
    openssl s_client -connect "$1:443" -servername "$1" -CAfile "$SSL_CERT_FILE" -verify_return_error </dev/null
    curl --silent --show-error --output /dev/null --write-out '%{http_code}\n' "https://$1/"
}

pull() {
    curl --silent --show-error --fail --location --header "Authorization: Basic $token" "$@"
}

look "api.ecr.$region.amazonaws.com"
token=$(aws ecr get-authorization-token --query 'authorizationData[0].authorizationToken' --output text)
look "$registry"
manifest=$(pull --header 'Accept: application/vnd.oci.image.manifest.v1+json' \
    --header 'Accept: application/vnd.docker.distribution.manifest.v2+json' \
    "https://$registry/v2/${image%@*}/manifests/${image#*@}")
for digest in $(echo "$manifest" | grep -o 'sha256:[0-9a-f]*'); do
    pull --output /dev/null --range 0-0 "https://$registry/v2/${image%@*}/blobs/$digest"
done
look "$bucket"
look "secretsmanager.$region.amazonaws.com"
aws secretsmanager get-secret-value --secret-id "$secret" --query ARN
look "ssm.$region.amazonaws.com"
aws ssm get-parameters --names "$parameter" --with-decryption --query InvalidParameters
look "kms.$region.amazonaws.com"
look "logs.$region.amazonaws.com"
aws logs create-log-stream --log-group-name "$group" --log-stream-name "by-hand/$$"
look "sts.$region.amazonaws.com"
aws sts get-caller-identity
