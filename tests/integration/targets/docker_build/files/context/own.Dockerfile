# .dockerignore leaves the log out; own.Dockerfile.dockerignore does not.
FROM busybox:1.37
COPY debug.log /
