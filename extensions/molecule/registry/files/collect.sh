#!/usr/bin/env bash
# Collects garbage twice, and is killed in the middle once, while images are pushed; prints what became of them.
set -euo pipefail

cd "${0%/*}"
rm -f ended
python3 pushes.py --host "$1" --ca /etc/docker/registry/ca/ca.crt --until ended >pushed.json &
pushes=$!
sleep 2
systemctl start slipway-registry-collect.service
sleep 1
systemctl start --no-block slipway-registry-collect.service
while [ ! -e /run/slipway-registry/environment ]; do sleep 0.02; done
systemctl kill --signal=KILL slipway-registry-collect.service
sleep 2
systemctl reset-failed slipway-registry-collect.service || true
systemctl start slipway-registry-collect.service
sleep 1
touch ended
wait "$pushes"
read_only=$([ -e /run/slipway-registry/environment ] && echo true || echo false)
collected=$(journalctl --unit slipway-registry-collect.service --output cat --since "-2min" | grep -c 'were removed' || true)
printf '{"images": %s, "collected": %s, "read_only": %s}\n' "$(cat pushed.json)" "$collected" "$read_only"
