"""回调的签名与加解密：AES-256-CBC，32 字节的 PKCS#7，正文前有长度，正文后有接收方。"""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from pydantic import SecretStr

from bot.errors import AesKeyWrong, CallbackUnreadable, DownloadUnreadable, ReceiverWrong, SignatureWrong

KEY_BYTES = 32
BLOCK = 32
"""补位到 32 字节的整数倍，而不是 AES 的 16。"""
AES_BLOCK = 16
NOISE = 16
"""正文之前的随机字节。"""
LENGTH = 4
"""正文长度，网络字节序。"""


@dataclass(frozen=True, slots=True)
class Seal:
    """一个回调入口的密钥。

    `receiver` 是密文末尾应有的接收方：自建应用是企业 ID，智能机器人是空的。
    """

    token: SecretStr
    key: bytes = field(repr=False)
    receiver: str


def seal(token: SecretStr, aes_key: SecretStr, receiver: str) -> Seal:
    """照管理后台给的 Token 与 EncodingAESKey 配好。

    Raises:
        AesKeyWrong: EncodingAESKey 解不出 32 字节。
    """
    return Seal(token, decoded_key(aes_key), receiver)


def decoded_key(aes_key: SecretStr) -> bytes:
    """43 个字符的密钥补上等号，解成 32 字节；已带等号的也认。

    Raises:
        AesKeyWrong: 不是 Base64，或不是 32 字节。
    """
    written = aes_key.get_secret_value().rstrip("=")
    try:
        key = base64.b64decode(written + "=" * (-len(written) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise AesKeyWrong from None
    if len(key) != KEY_BYTES:
        raise AesKeyWrong
    return key


def signature(token: SecretStr, timestamp: str, nonce: str, encrypted: str) -> str:
    """四样东西排序后连起来的 SHA-1。"""
    joined = "".join(sorted((token.get_secret_value(), timestamp, nonce, encrypted)))
    return hashlib.sha1(joined.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def verify(mine: Seal, given: str, timestamp: str, nonce: str, encrypted: str) -> None:
    """核对签名，所用的时间与错在哪里无关。

    Raises:
        SignatureWrong: 签名不对。
    """
    expected = signature(mine.token, timestamp, nonce, encrypted)
    if not hmac.compare_digest(expected.encode(), given.lower().encode("utf-8", "surrogatepass")):
        raise SignatureWrong


def opened(mine: Seal, encrypted: str) -> bytes:
    """解开密文，取出正文。

    Raises:
        CallbackUnreadable: 解不开。
        ReceiverWrong: 不是发给我们的。
    """
    plain = _unpadded(_decrypted(mine.key, _from_base64(encrypted)))
    if plain is None or len(plain) < NOISE + LENGTH:
        raise CallbackUnreadable("密文解不开")
    start = NOISE + LENGTH
    end = start + int.from_bytes(plain[NOISE:start], "big")
    if end > len(plain):
        raise CallbackUnreadable("密文里的长度不对")
    if not hmac.compare_digest(plain[end:], mine.receiver.encode()):
        raise ReceiverWrong
    return plain[start:end]


def sealed(mine: Seal, message: bytes) -> str:
    """加密一段正文。"""
    noise = secrets.token_bytes(NOISE)
    plain = noise + len(message).to_bytes(LENGTH, "big") + message + mine.receiver.encode()
    return base64.b64encode(encrypt(mine.key, plain)).decode("ascii")


def encrypt(key: bytes, plain: bytes) -> bytes:
    """补位后加密；初始向量是密钥的前 16 字节。"""
    gap = BLOCK - len(plain) % BLOCK
    encryptor = Cipher(AES(key), CBC(key[:AES_BLOCK])).encryptor()
    return encryptor.update(plain + bytes([gap]) * gap) + encryptor.finalize()


def decrypted_file(key: bytes, encrypted: bytes) -> bytes:
    """解开一个下载来的文件：只有补位，没有长度与接收方。

    Raises:
        DownloadUnreadable: 解不开。
    """
    plain = _unpadded(_decrypted(key, encrypted))
    if plain is None:
        raise DownloadUnreadable
    return plain


def _from_base64(encrypted: str) -> bytes:
    try:
        return base64.b64decode(encrypted, validate=True)
    except (binascii.Error, ValueError):
        raise CallbackUnreadable("密文不是 Base64") from None


def _decrypted(key: bytes, encrypted: bytes) -> bytes | None:
    """AES-CBC 解密；长度不是整块的为 None。"""
    if not encrypted or len(encrypted) % AES_BLOCK:
        return None
    decryptor = Cipher(AES(key), CBC(key[:AES_BLOCK])).decryptor()
    return decryptor.update(encrypted) + decryptor.finalize()


def _unpadded(plain: bytes | None) -> bytes | None:
    """去掉 1 到 32 字节的补位；补位不对的为 None。"""
    if plain is None:
        return None
    gap = plain[-1]
    if not 1 <= gap <= min(BLOCK, len(plain)) or plain[-gap:] != bytes([gap]) * gap:
        return None
    return plain[:-gap]
