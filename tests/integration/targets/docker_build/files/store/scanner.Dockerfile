# Lists what is in an image, for the tests: BuildKit's own lister cannot be pulled here.
FROM busybox:1.37
COPY <<'SCRIPT' /scan
#!/bin/sh
cat > "$BUILDKIT_SCAN_DESTINATION/test.spdx.json" <<'JSON'
{"_type": "https://in-toto.io/Statement/v0.1", "predicateType": "https://spdx.dev/Document",
 "predicate": {"SPDXID": "SPDXRef-DOCUMENT", "spdxVersion": "SPDX-2.3", "name": "test"}}
JSON
SCRIPT
RUN chmod 755 /scan
ENTRYPOINT ["/scan"]
