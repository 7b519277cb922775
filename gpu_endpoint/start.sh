#!/bin/sh
# Looks at the card, then serves: RunPod's queue, or HTTP with ENDPOINT_SERVE=api.
set -eu
[ -w /runpod-volume ] || export TORCHINDUCTOR_CACHE_DIR="${HOME:-/tmp}/compiled"
python -m gpu_endpoint.preflight
case "${ENDPOINT_SERVE:-handler}" in
  handler) exec python -m gpu_endpoint.handler "$@" ;;
  api) exec python -m gpu_endpoint.api "$@" ;;
  *) echo "ENDPOINT_SERVE is handler or api" >&2; exit 1 ;;
esac
