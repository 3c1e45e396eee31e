# The desk: gateway, action server, model server and worker are this one image with different commands.
#   docker build -f docker/desk.Dockerfile -t quartermaster-desk .
# BASE: any Debian-like image whose python3 is 3.11 to 3.13. TORCH_BACKEND: cpu, auto, cu130, …; empty for what the
# package settings offer. PACKAGE_ARGS: further options of 'uv pip install', for a mirror or a folder of wheels.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS packages
ARG TORCH_BACKEND=cpu
ARG PACKAGE_ARGS=
ENV UV_SYSTEM_CERTS=true UV_LINK_MODE=copy UV_NO_CACHE=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
RUN python3 -m venv .venv
COPY requirements/uv.txt requirements/desk.txt requirements/
RUN .venv/bin/pip install --quiet --disable-pip-version-check -r requirements/uv.txt \
    && .venv/bin/uv pip install --python .venv/bin/python ${TORCH_BACKEND:+--torch-backend=$TORCH_BACKEND} ${PACKAGE_ARGS} \
        -r requirements/desk.txt
COPY pyproject.toml README.md ./
COPY models models
COPY backend backend
COPY actions actions
RUN .venv/bin/uv pip install --python .venv/bin/python --offline --no-deps --no-build-isolation --editable . \
    && rm -f .venv/bin/uv .venv/bin/uvx

FROM ${BASE}
RUN useradd --uid 10001 --home-dir /app/var --no-create-home --shell /usr/sbin/nologin quartermaster \
    && install -d -o quartermaster -g quartermaster /app/var
COPY docker/from-files /usr/local/bin/from-files
COPY --from=packages /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MPLCONFIGDIR=/tmp/matplotlib
USER quartermaster
VOLUME /app/var
ENTRYPOINT ["from-files"]
CMD ["quartermaster", "--help"]
