# One image for the web process and the workers; compose.yaml says which is which. It needs no package of the system:
# ffmpeg, espeak-ng and the fonts come with the studio and its wheels.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STUDIO_HOME=/var/lib/studio \
    STUDIO_MODE=hosted \
    STUDIO_ADDRESS=0.0.0.0

WORKDIR /studio
COPY requirements.txt .
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt
COPY . .
RUN python -m compileall -q studio services pages asgi.py Home.py
RUN mkdir -p "$STUDIO_HOME" && chown 10001:10001 "$STUDIO_HOME"

USER 10001:10001
VOLUME /var/lib/studio
EXPOSE 8501
CMD ["python", "-m", "studio", "web"]
