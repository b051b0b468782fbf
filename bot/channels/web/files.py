"""交给浏览器存下的文件。"""

from urllib.parse import quote

from fastapi.responses import Response

from bot.classroom.records import File


def download(file: File) -> Response:
    """一个要存下的文件，文件名可以是中文。"""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"}
    return Response(file.content, media_type=file.media, headers=headers)
