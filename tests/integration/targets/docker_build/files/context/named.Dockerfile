FROM tool
COPY --from=shared . /shared/
RUN test ! -e /shared/left-out && cat /shared/word
