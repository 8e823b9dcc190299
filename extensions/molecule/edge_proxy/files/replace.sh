#!/usr/bin/env bash
# Two containers, replaced one after the other while requests come in, then one killed. Prints what became of them.
set -euo pipefail

cd "${0%/*}"
ca=/etc/slipway-edge/ca/ca.crt

up() {
    docker run --detach --name "$1" --hostname "$1" --label slipway.deploy.route.host=app.example.test \
        --label slipway.deploy.route.port=8080 edge-app >/dev/null
}

load() { python3 load.py --host app.example.test --port 443 --ca "$ca" "$@"; }

clean() {
    docker rm --force w1 w2 w3 w4 >/dev/null 2>&1 || true
    rm -f fast.json slow.json ended
}

trap clean EXIT
clean
up w1
up w2
slipway-edge wait w1 w2
load --rate 200 --seconds 60 --until ended >fast.json &
fast=$!
load --path '/slow?2' --rate 4 --workers 12 --seconds 6 >slow.json &
slow=$!
sleep 0.5
for pair in "w1 w3" "w2 w4"; do
    read -r old new <<<"$pair"
    up "$new"
    slipway-edge wait "$new"
    slipway-edge drain "$old"
    docker rm --force "$old" >/dev/null
done
wait "$slow"
docker kill w4 >/dev/null
sleep 1
touch ended
wait "$fast"
printf '{"fast": %s, "slow": %s, "routes": %s}\n' "$(cat fast.json)" "$(cat slow.json)" "$(slipway-edge routes)"
