"""压缩包的字节与何时、何地生成无关：时间、次序都固定，且不压缩（压缩结果随 zlib 版本而变）。"""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

FIXED_TIME = datetime(2024, 1, 1, tzinfo=UTC)
FIRST = ("[Content_Types].xml", "OFD.xml")
"""依格式的规定要排在最前的成员。"""
_MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_FIXED = rb"\g<1>" + f"{FIXED_TIME:%Y-%m-%dT%H:%M:%SZ}".encode()


def packed(members: Mapping[str, bytes]) -> bytes:
    """装成压缩包。"""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as target:
        for name in sorted(members, key=lambda name: (name not in FIRST, name)):
            entry = zipfile.ZipInfo(name, FIXED_TIME.timetuple()[:6])
            entry.create_system = 0
            target.writestr(entry, members[name])
    return made.getvalue()


def repacked(data: bytes) -> bytes:
    """别的程序装的压缩包，重装一遍；它记下的修改时间换成固定的。"""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return packed({name: _MODIFIED.sub(_FIXED, source.read(name)) for name in source.namelist()})
