"""二维码：把一个网址画成 SVG。"""

import io


def square(address: str) -> bytes:
    """一个网址的二维码，黑白，四周留白。"""
    import segno  # noqa: PLC0415 - 只有分享试卷时才要它

    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", scale=4, border=3, light="#ffffff", xmldecl=False)
    return out.getvalue()
