"""管理报告的接口：状态与问题、上传、更正、删除、更新索引与它的进度。"""

import asyncio
import contextlib
import json
import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path, PurePath
from typing import Annotated, BinaryIO

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field
from starlette.requests import ClientDisconnect

from bot.channels.web.errors import UploadBroken, UploadTooLarge, UploadUnknown
from bot.channels.web.front import Front
from bot.channels.web.updates import Updates
from bot.channels.web.visitors import Door
from bot.channels.web.wire import files_json, notice_json
from bot.people import Action
from bot.shelf import Added, CannotChangeReports, Upload
from corpus.corrections import FIRST_YEAR, LAST_YEAR, LONGEST, Correction

FILES = "/api/admin/files"
SUFFIXES = frozenset(
    """.txt .text .md .csv .tsv .docx .docm .dotx .doc .wps .wpt .rtf .odt .pdf .ofd .xlsx .xlsm .xls .et .ods .pptx
    .ppt .dps .odp .html .htm .mht .mhtml .eml .msg .zip .xml .png .jpg .jpeg .tif .tiff .bmp .gif .webp""".split()
)
DRAFT = ".upload.part"
_CONTENT = {
    "requestBody": {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}
LOOK_EVERY, BREATHE = 0.25, 15.0
MEGABYTE = 1 << 20

Issuer = Annotated[str, Query(max_length=60)]
Year = Annotated[int | None, Query(ge=FIRST_YEAR, le=LAST_YEAR)]


class Change(BaseModel):
    """对一份报告的更正；空的不改，全空即撤去更正。"""

    title: Annotated[str, Field(max_length=LONGEST)] = ""
    issuer: Annotated[str, Field(max_length=LONGEST)] = ""
    year: Annotated[int | None, Field(ge=FIRST_YEAR, le=LAST_YEAR)] = None


def reports_api(front: Front, door: Door) -> APIRouter:
    """管理报告的接口。"""
    router = APIRouter(tags=["管理报告"])
    office, updates = front.office, Updates(front.office, front.board)
    _sweep(office.library.folder)

    @router.get(FILES, summary="文件夹里的全部文件：状态、问题、丢数警报")
    def files(request: Request) -> JSONResponse:
        door.allowed(request, Action.SEE_STATUS)
        library = office.library
        limits = {"upload_mb": front.upload_mb, "suffixes": sorted(SUFFIXES)}
        found = files_json(library.files(), library.reports())
        return JSONResponse({"folder": str(library.folder), "files": found} | limits)

    @router.put(FILES, summary="上传一份报告：正文即文件内容", status_code=201, openapi_extra=_CONTENT)
    async def upload(request: Request, name: str, issuer: Issuer = "", year: Year = None) -> JSONResponse:
        visitor = await to_thread.run_sync(door.allowed, request, Action.CHANGE_REPORTS)
        if PurePath(name).suffix.lower() not in SUFFIXES:
            raise UploadUnknown(name)
        draft = office.library.folder / f".{secrets.token_hex(8)}{DRAFT}"
        try:
            await _receive(request, draft, front.upload_mb)
            sent = Upload(name, draft, issuer.strip() or None, year)
            added: Added = await to_thread.run_sync(office.add_report, visitor.who(), sent)
        finally:
            await to_thread.run_sync(lambda: draft.unlink(missing_ok=True))
        if not added.known:
            updates.start(visitor.who())
        return JSONResponse({"name": added.name, "known": added.known, "namesake": added.namesake}, 201)

    @router.patch("/api/admin/reports/{name:path}", summary="更正题名、单位、年度")
    def correct(request: Request, name: str, change: Change) -> JSONResponse:
        visitor = door.allowed(request, Action.CHANGE_REPORTS)
        wanted = Correction(change.title.strip() or None, change.issuer.strip() or None, change.year)
        office.correct_report(visitor.who(), name, wanted)
        updates.start(visitor.who())
        return JSONResponse({"name": name})

    @router.delete("/api/admin/reports/{name:path}", summary="删去一份报告所在的文件")
    def remove(request: Request, name: str) -> JSONResponse:
        visitor = door.allowed(request, Action.CHANGE_REPORTS)
        return JSONResponse({"removed": office.remove_report(visitor.who(), name)})

    @router.post("/api/admin/reindex", summary="更新索引", status_code=202)
    def reindex(request: Request) -> JSONResponse:
        visitor = door.allowed(request, Action.REINDEX)
        updates.start(visitor.who())
        return JSONResponse({"started": True}, 202)

    @router.get("/api/admin/progress", summary="更新索引的进度（server-sent events）")
    async def progress(request: Request) -> StreamingResponse:
        await to_thread.run_sync(door.allowed, request, Action.SEE_STATUS)
        return StreamingResponse(_events(front), media_type="text/event-stream")

    return router


async def _events(front: Front) -> AsyncIterator[str]:
    """牌子一换就送一条；久不换也喘口气，中间的代理才不当作断了。"""
    last, quiet = -1, 0.0
    while not front.closing.is_set():
        notice = front.board.read()
        if notice.version != last:
            last, quiet = notice.version, 0.0
            yield f"data: {json.dumps(notice_json(notice), ensure_ascii=False)}\n\n"
        elif quiet >= BREATHE:
            quiet = 0.0
            yield ": 还在\n\n"
        await asyncio.sleep(LOOK_EVERY)
        quiet += LOOK_EVERY


def _settle(file: BinaryIO) -> None:
    """写到盘上为止。"""
    file.flush()
    os.fsync(file.fileno())


def _sweep(folder: Path) -> None:
    """上次运行时没传完就断了电的，草稿还在，删掉。"""
    for draft in folder.glob(f".*{DRAFT}"):
        with contextlib.suppress(OSError):
            draft.unlink()


async def _receive(request: Request, draft: Path, limit: int) -> None:
    """边收边写到报告文件夹里的草稿；草稿的名字以点开头，不会被当作报告来读。

    Raises:
        UploadTooLarge: 太大。
        UploadBroken: 中断了，或一个字节也没有。
        CannotChangeReports: 写不进。
    """
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit * MEGABYTE:
        raise UploadTooLarge(limit)
    size = 0
    try:
        with draft.open("wb") as file:
            async for piece in request.stream():
                size += len(piece)
                if size > limit * MEGABYTE:
                    raise UploadTooLarge(limit)
                await to_thread.run_sync(file.write, piece)
            await to_thread.run_sync(_settle, file)
    except ClientDisconnect:
        raise UploadBroken from None
    except OSError as error:
        raise CannotChangeReports(draft.name, error.strerror or str(error)) from error
    if size == 0:
        raise UploadBroken
