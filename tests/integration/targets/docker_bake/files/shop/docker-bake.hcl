variable "REGISTRY" {}
variable "TAG" { default = "v1" }
variable "STAMP" {}

group "default" { targets = ["web", "job"] }

# Part of the others; it has no tag of its own.
target "base" {
  context = "base"
  args    = { STAMP = STAMP }
}

target "web" {
  context  = "web"
  contexts = { base = "target:base" }
  tags     = ["${REGISTRY}/web:${TAG}", "${REGISTRY}/web:latest"]
  labels   = { "test.example.part" = "web" }
}

target "job" {
  context           = "job"
  contexts          = { base = "target:base", extra = "docker-image://busybox:1.37" }
  dockerfile-inline = <<TEXT
FROM base
RUN --network=none --mount=type=secret,id=token wc -c < /run/secrets/token > /size
COPY task /
COPY --from=extra /bin/busybox /extra
TEXT
  tags   = ["${REGISTRY}/job:${TAG}"]
  secret = ["id=token,env=JOB_TOKEN"]
  output = ["type=registry"]
}

target "tree" {
  inherits = ["web"]
  tags     = []
  output   = ["type=local,dest=out"]
}

target "failing" {
  context           = "web"
  dockerfile-inline = "FROM busybox:1.37\nRUN --network=none echo said before; exit 7\n"
  tags              = ["${REGISTRY}/failing:1"]
}
