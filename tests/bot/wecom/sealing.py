"""企业微信那一边的加解密，照官方的说明另写一遍，好验出我们自己写错的地方。"""

import base64
import hashlib
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

TOKEN = "QDG6eK"  # noqa: S105 - 官方文档里的例子
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
CORP = "wx5823bf96d3bd56c7"


def raw_key(written: str = AES_KEY) -> bytes:
    """32 字节的密钥。"""
    return base64.b64decode(written + "=")


def cbc(key: bytes, plain: bytes) -> bytes:
    """补到 32 字节的整数倍后加密。"""
    gap = 32 - len(plain) % 32
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return encryptor.update(plain + bytes([gap] * gap)) + encryptor.finalize()


def encrypted(message: bytes, receiver: str, key: str = AES_KEY) -> str:
    """给 `receiver` 的密文。"""
    plain = os.urandom(16) + struct.pack("!I", len(message)) + message + receiver.encode()
    return base64.b64encode(cbc(raw_key(key), plain)).decode()


def decrypted(written: str, receiver: str, key: str = AES_KEY) -> bytes:
    """解开我们回的密文。"""
    decryptor = Cipher(algorithms.AES(raw_key(key)), modes.CBC(raw_key(key)[:16])).decryptor()
    plain = decryptor.update(base64.b64decode(written)) + decryptor.finalize()
    plain = plain[: -plain[-1]]
    length = struct.unpack("!I", plain[16:20])[0]
    assert plain[20 + length :] == receiver.encode()
    return plain[20 : 20 + length]


def signed(timestamp: str, nonce: str, written: str, token: str = TOKEN) -> str:
    """签名。"""
    return hashlib.sha1("".join(sorted([token, timestamp, nonce, written])).encode()).hexdigest()  # noqa: S324
