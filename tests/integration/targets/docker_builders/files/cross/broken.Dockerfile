FROM busybox:1.37
RUN true
RUN echo it does not compile >&2; exit 3
