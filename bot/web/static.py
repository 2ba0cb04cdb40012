"""Styles and scripts, read once, named by their content so that browsers keep them."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER = Path(__file__).resolve().parent / "static"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class _Asset:
    digest: str
    type: str
    plain: bytes
    packed: bytes


class Assets:
    """The files of `static/`. `url("site.css")` is for templates."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._assets: dict[str, _Asset] = {}
        for path in sorted(folder.rglob("*")):
            if path.suffix in _TYPES:
                plain = path.read_bytes()
                digest = hashlib.sha256(plain).hexdigest()[:12]
                name = path.relative_to(folder).as_posix()
                self._assets[name] = _Asset(
                    digest, _TYPES[path.suffix], plain, gzip.compress(plain, 9, mtime=0)
                )

    def url(self, name: str) -> str:
        return f"/static/{self._assets[name].digest}/{name}"

    def text(self, name: str) -> str:
        return self._assets[name].plain.decode()

    @property
    def route(self) -> Route:
        return Route("/static/{digest}/{name:path}", self.serve)

    async def serve(self, request: Request) -> Response:
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            raise HTTPException(404)
        headers = {"Vary": "Accept-Encoding"}
        if request.path_params["digest"] == asset.digest:
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(
                asset.packed, media_type=asset.type, headers={**headers, "Content-Encoding": "gzip"}
            )
        return Response(asset.plain, media_type=asset.type, headers=headers)
