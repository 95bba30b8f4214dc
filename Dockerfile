# Trainyard: by default all of it, on one port; other commands, such as `python manage.py setup_code`, run in the same
# image. It runs as nobody in particular, writes to /data and /tmp only, and holds no secret.
# docs/operating.md tells how to run it.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /trainyard

COPY requirements.lock ./
RUN pip install --require-hashes --requirement requirements.lock

COPY manage.py ./
COPY dashboard dashboard
COPY protos protos
COPY templates templates
COPY static static
COPY jobs jobs
COPY emulator emulator
# Static files depend on no secret: those that the settings insist on are made up, for this one command.
RUN SECRET_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(50))') \
    CREDENTIAL_KEYS="$(python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())')" \
    python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q dashboard emulator jobs protos

RUN useradd --system --uid 10001 --no-create-home trainyard && install --directory --owner trainyard /data
USER trainyard
ENV DATA_DIR=/data
VOLUME /data

EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "from jobs.management import web_server; raise SystemExit(not web_server.answers(8000, '/healthz'))"]
CMD ["python", "manage.py", "serve", "--migrate", "--host", "0.0.0.0", "--port", "8000"]
