"""The formulas of docs/protocol.md, written from that page alone.

Bytes in, bytes out. The section that a formula comes from stands beside it.
"""

import hashlib
import hmac
import pathlib

import protobuf

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = protobuf.Schema(ROOT / "core/wire/proto/wire.proto", ROOT / "core/content/proto/content.proto")

SIZE_CLASSES = [1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10]
ZEROS = bytes(32)


def encode(name, message):
    return SCHEMA.encode(name, message)


def H(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def MAC(key, *parts):
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def KDF(key, *info):
    """HKDF-SHA-256 without salt, 32 bytes: one block of expansion."""
    return MAC(MAC(ZEROS, key), *info, b"\x01")


def u8(n):
    return n.to_bytes(1, "big")


def u32(n):
    return n.to_bytes(4, "big")


def u64(n):
    return n.to_bytes(8, "big")


# ---------------------------------------------------------------- 1, names and keys


def mailbox(signing_key, identity_key):
    raw = bytearray(H(b"sotto/mailbox/v1", signing_key, identity_key)[:16])
    raw[6] = raw[6] & 0x0F | 0x80
    raw[8] = raw[8] & 0x3F | 0x80
    return bytes(raw)


def address(box):
    """The name of a libsignal address."""
    h = box.hex()
    return "-".join((h[:8], h[8:12], h[12:16], h[16:20], h[20:]))


def conversation(one, other):
    return H(b"sotto/direct/v1", min(one, other), max(one, other))


def device_proof(account, entry):
    return b"sotto/device/v1" + (account or ZEROS) + entry


def identity_proof(account, entry):
    return b"\xff" * 32 + device_proof(account, entry)


def recovery_seed(words):
    return KDF(words, b"sotto/recovery/sign/v1")


def backup_secret(words):
    return KDF(words, b"sotto/recovery/backup/v1")


def statement_hash(body):
    return H(b"sotto/chain/v1", body)


def statement_transcript(digest):
    return b"sotto/chain-sig/v1" + digest


def registration(relay_key, nonce, account, head_hash):
    return b"sotto/register/v1" + relay_key + nonce + account + head_hash


def login(relay_key, nonce, client_nonce, mode, binding, boot, box):
    return b"sotto/login/v1" + relay_key + nonce + client_nonce + u8(mode) + binding + u64(boot) + box


def login_answer(client_nonce, nonce, box, boot):
    return b"sotto/login-answer/v1" + client_nonce + nonce + box + u64(boot)


def server_info(info):
    return b"sotto/server-info/v1" + info


def checkpoint(raw):
    return b"sotto/checkpoint/v1" + raw


def bundle(box, signed_id, signed_key, last_resort_id, last_resort_key, generation):
    keys = u32(signed_id) + signed_key + u32(last_resort_id) + last_resort_key
    return b"sotto/bundle/v1" + box + keys + u64(generation)


# ---------------------------------------------------------------- 5 and 6, logging in and delivery keys


def host_binding(host):
    return H(b"sotto/host/v1", host.encode())


def slots_digest(slots):
    return H(slots)


def mailbox_key(secret, box, version):
    return KDF(secret, b"sotto/delivery/v1", box, u64(version))


def read_key(secret, account, version):
    return KDF(secret, b"sotto/read-key/v1", account, u64(version))


def put_tag(key, relay_key, box, envelope_id, flags, sealed):
    return MAC(key, b"sotto/tag/v1", relay_key, box, envelope_id, u8(flags), H(sealed))[:16]


def read_tag(key, relay_key, nonce, verb, account):
    return MAC(key, b"sotto/read/v1", relay_key, nonce, u8(verb), account)[:16]


# ---------------------------------------------------------------- 7, sealing


def f(n):
    """The length of a field of n bytes: its tag, its length, itself."""
    return 1 + len(protobuf.varint(n)) + n


def sealed_length(certificate, contents, group_id):
    """The length of a sealed envelope by the lengths of what is in it."""
    return 81 + f(12 + f(certificate) + f(contents) + f(group_id))


def size_class(certificate, contents, header):
    """(sealed length, zeros behind the header), or None if no class holds it."""
    least = 4 + header
    for wanted in SIZE_CLASSES:
        most = least + max(0, wanted - sealed_length(certificate, contents, least))
        # A longer length prefix costs up to a few bytes, so the answer is close below `most`.
        for group_id in range(most, max(least, most - 16) - 1, -1):
            if sealed_length(certificate, contents, group_id) == wanted:
                return wanted, group_id - least
    return None


def group_id(header, zeros):
    return u32(len(header)) + header + bytes(zeros)


def siblings_phase(box):
    """Milliseconds: where on the grid of 2 s a device's mail to its siblings leaves."""
    return int.from_bytes(box[:2], "big") % 2000


def certificate(box, identity_key):
    """libsignal's SenderCertificate{certificate = 1, signature = 2} around a Certificate{senderDevice = 2,
    expires = 3, identityKey = 4, uuidBytes = 7, id = 8}; what is zero is written, not omitted."""
    inner = protobuf.tag(2, protobuf.VARINT) + b"\x01" + protobuf.tag(3, protobuf.FIXED64) + bytes(8)
    inner += protobuf.tag(4, protobuf.BYTES) + protobuf.prefixed(identity_key)
    inner += protobuf.tag(7, protobuf.BYTES) + protobuf.prefixed(box)
    inner += protobuf.tag(8, protobuf.VARINT) + b"\x00"
    outer = protobuf.tag(1, protobuf.BYTES) + protobuf.prefixed(inner)
    return outer + protobuf.tag(2, protobuf.BYTES) + protobuf.prefixed(b"")


# ---------------------------------------------------------------- 8, receiving


def tick(last, now):
    return max(last + 1, now << 16)


def order_key(hlc, previous, parent, received):
    """The clamped key; `previous` and `parent` are None where there is none."""
    lo = max((key + 1 for key in (previous, parent) if key is not None), default=0)
    hi = max(lo, (received + 24 * 3600 * 1000) << 16)
    return min(max(hlc, lo), hi)


def pull(last, key, now):
    """The own clock after a key was received at `now`."""
    return max(last, min(key, (now + 5 * 60 * 1000) << 16))


def retry_frame(request):
    return b"\xc0" + request + b"\x80"


# ---------------------------------------------------------------- 12, safety numbers


def stretched(label, x):
    h = hashlib.sha512(label + x).digest()
    for _ in range(2, 5201):
        h = hashlib.sha512(h + x).digest()
    return h


def five_digits(n, h):
    groups = (h[at : at + 5] for at in range(0, 5 * n, 5))
    return "".join(str(int.from_bytes(group, "big"))[-5:].zfill(5) for group in groups)


def safety_digits(one, other):
    lower, higher = sorted((one, other))
    return "".join(five_digits(6, stretched(b"sotto/safety/v1", account)) for account in (lower, higher))


def safety_heads(one, other):
    """Each as (account, epoch, seq, hash)."""
    lower, higher = sorted((one, other), key=lambda stand: stand[0])
    x = b"".join(account + u32(epoch) + u32(seq) + digest for account, epoch, seq, digest in (lower, higher))
    return five_digits(4, stretched(b"sotto/safety-heads/v1", x))
