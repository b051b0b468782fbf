"""签名与加解密：官方的例子，来回一样，坏的密文不认。"""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.channels.wecom.crypto import decrypted_file, encrypt, opened, seal, sealed, signature, verify
from bot.errors import AesKeyWrong, CallbackUnreadable, DownloadUnreadable, ReceiverWrong, SignatureWrong
from tests.bot.wecom.sealing import AES_KEY, CORP, TOKEN, cbc, decrypted, encrypted, raw_key

MINE = seal(SecretStr(TOKEN), SecretStr(AES_KEY), CORP)
ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
ECHO_SIGNATURE = "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"


def test_official_example() -> None:
    verify(MINE, ECHO_SIGNATURE, "1409659589", "263014780", ECHO)
    assert opened(MINE, ECHO) == b"1616140317555161061"


@given(st.binary(max_size=5000), st.sampled_from([CORP, ""]))
def test_what_we_seal_they_open_and_back(message: bytes, receiver: str) -> None:
    mine = seal(SecretStr(TOKEN), SecretStr(AES_KEY), receiver)
    assert decrypted(sealed(mine, message), receiver) == message
    assert opened(mine, encrypted(message, receiver)) == message


@given(st.binary(max_size=200))
def test_rubbish_is_refused_by_our_own_errors(rubbish: bytes) -> None:
    for written in (base64.b64encode(rubbish).decode(), rubbish.decode("latin-1")):
        with pytest.raises((CallbackUnreadable, ReceiverWrong)):
            opened(MINE, written)


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=20), st.text(max_size=60))
def test_other_signatures_are_refused(given_signature: str, stamp: str, nonce: str, written: str) -> None:
    if given_signature.lower() != signature(MINE.token, stamp, nonce, written):
        with pytest.raises(SignatureWrong):
            verify(MINE, given_signature, stamp, nonce, written)


def test_message_for_another_company() -> None:
    with pytest.raises(ReceiverWrong):
        opened(MINE, encrypted(b"<xml/>", "wwanother"))
    with pytest.raises(ReceiverWrong):
        opened(MINE, encrypted(b"<xml/>", ""))


def test_length_beyond_the_end() -> None:
    plain = bytes(16) + (10**6).to_bytes(4, "big") + b"short" + CORP.encode()
    with pytest.raises(CallbackUnreadable, match="密文里的长度不对"):
        opened(MINE, base64.b64encode(cbc(MINE.key, plain)).decode())


@pytest.mark.parametrize("key", ["短", "a" * 42, "!" * 43, "a" * 60])
def test_key_that_is_none(key: str) -> None:
    with pytest.raises(AesKeyWrong) as caught:
        seal(SecretStr(TOKEN), SecretStr(key), CORP)
    assert key not in str(caught.value)


@given(st.binary(max_size=3000))
def test_files_come_back(content: bytes) -> None:
    assert decrypted_file(raw_key(), cbc(raw_key(), content)) == content
    assert decrypted_file(raw_key(), encrypt(raw_key(), content)) == content


@pytest.mark.parametrize("content", [b"", b"abc", bytes(32), b"0123456789abcdef"])
def test_files_that_do_not_open(content: bytes) -> None:
    with pytest.raises(DownloadUnreadable):
        decrypted_file(raw_key(), content)


def test_the_seal_does_not_show_its_key() -> None:
    assert TOKEN not in repr(MINE)
    assert repr(MINE.key) not in repr(MINE)
