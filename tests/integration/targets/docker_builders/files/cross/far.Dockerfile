FROM scratch
COPY source /
