# One image for web, worker, beat and the migration step; docker-compose.yml says which command each runs.
FROM python:3.11-slim-bookworm

RUN apt-get update \
 && apt-get install -y --no-install-recommends bubblewrap libseccomp2 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 whitebox

WORKDIR /app
COPY requirements/ requirements/
COPY scripts/make_sandbox.sh scripts/make_sandbox.sh
RUN python -m venv .venv \
 && .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/uv.txt \
 && .venv/bin/uv pip install --no-cache --python .venv/bin/python --require-hashes -r requirements/deploy.txt \
 && sh scripts/make_sandbox.sh

COPY . .
# Collecting static files needs no secret: these values live in this layer's command only.
RUN SECRET_KEY=unused SITE_URL=https://build.invalid ALLOWED_HOSTS=build.invalid DEBUG=false VAR_DIR=/tmp/var STATIC_ROOT=/app/staticfiles \
    .venv/bin/python manage.py collectstatic --noinput \
 && mkdir -p /data && chown whitebox /data

USER whitebox
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 DEBUG=false STATIC_ROOT=/app/staticfiles VAR_DIR=/data/var MEDIA_ROOT=/data/uploads
EXPOSE 8000
CMD ["gunicorn", "whitebox.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--access-logfile", "-"]
