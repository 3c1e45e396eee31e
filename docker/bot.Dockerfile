# The bot: Rasa on Python 3.10. Training and serving are this one image with different commands.
#   docker build -f docker/bot.Dockerfile -t quartermaster-bot .
# BASE: any Debian-like image whose python3 is 3.10. PACKAGE_ARGS: further options of 'uv pip install'.
ARG BASE=python:3.10-slim-bookworm

FROM ${BASE} AS packages
ARG PACKAGE_ARGS=
ENV UV_SYSTEM_CERTS=true UV_LINK_MODE=copy UV_NO_CACHE=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
RUN python3 -m venv .venv-bot
COPY requirements/uv.txt requirements/bot.txt requirements/
RUN .venv-bot/bin/pip install --quiet --disable-pip-version-check -r requirements/uv.txt \
    && .venv-bot/bin/uv pip install --python .venv-bot/bin/python ${PACKAGE_ARGS} -r requirements/bot.txt \
    && rm -f .venv-bot/bin/uv .venv-bot/bin/uvx

FROM ${BASE}
RUN useradd --uid 10001 --home-dir /app/var --no-create-home --shell /usr/sbin/nologin quartermaster \
    && install -d -o quartermaster -g quartermaster /app/var
COPY docker/from-files /usr/local/bin/from-files
COPY --from=packages /app /app
WORKDIR /app
COPY bot bot
COPY nlu_data nlu_data
ENV PATH=/app/.venv-bot/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    RASA_CACHE_DIRECTORY=/app/var/rasa-cache RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=2 SQLALCHEMY_SILENCE_UBER_WARNING=1 MPLCONFIGDIR=/tmp/matplotlib
USER quartermaster
VOLUME /app/var
ENTRYPOINT ["from-files"]
CMD ["rasa", "--help"]
