"""The worker that makes the studio's pictures on a graphics card; imports nothing of the studio."""
