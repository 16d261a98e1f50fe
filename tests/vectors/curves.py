"""Ed25519 (RFC 8032), X25519 (RFC 7748) and XEdDSA, in plain Python.

Small, slow and not constant in time: for test vectors only. Nothing here may be used with real keys.
"""

import hashlib

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def _recover_x(y, sign):
    """The x of a point by its y, or None where there is none."""
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * SQRT_M1 % P
    if (x * x - x2) % P:
        return None
    return P - x if x & 1 != sign else x


def _affine(x, y):
    return (x, y, 1, x * y % P)


_BASE_Y = 4 * pow(5, -1, P) % P
BASE = _affine(_recover_x(_BASE_Y, 0), _BASE_Y)
NEUTRAL = (0, 1, 1, 0)


def _add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _mul(n, p):
    r = NEUTRAL
    while n:
        if n & 1:
            r = _add(r, p)
        p = _add(p, p)
        n >>= 1
    return r


def _same(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def _encode(p):
    z = pow(p[2], -1, P)
    x, y = p[0] * z % P, p[1] * z % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _decode(raw):
    n = int.from_bytes(raw, "little")
    y, sign = n & (2**255 - 1), n >> 255
    x = _recover_x(y, sign)
    return None if x is None else _affine(x, y)


def _hash(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


def _clamp(raw):
    n = int.from_bytes(raw, "little")
    return n & (2**254 - 8) | 2**254


def ed25519_public(seed):
    """The public key of a 32-byte seed."""
    return _encode(_mul(_clamp(hashlib.sha512(seed).digest()[:32]), BASE))


def ed25519_sign(seed, message):
    """A signature by a seed, 64 bytes, deterministic."""
    digest = hashlib.sha512(seed).digest()
    a = _clamp(digest[:32])
    public = _encode(_mul(a, BASE))
    r = _hash(digest[32:], message) % Q
    commitment = _encode(_mul(r, BASE))
    s = (r + _hash(commitment, public, message) * a) % Q
    return commitment + s.to_bytes(32, "little")


def ed25519_verify(public, message, signature):
    """Strict: canonical encodings only, neither key nor commitment of small order."""
    if len(public) != 32 or len(signature) != 64:
        return False
    commitment, s = signature[:32], int.from_bytes(signature[32:], "little")
    key, point = _decode(public), _decode(commitment)
    if key is None or point is None or s >= Q:
        return False
    if _same(_mul(8, key), NEUTRAL) or _same(_mul(8, point), NEUTRAL):
        return False
    h = _hash(commitment, public, message) % Q
    return _same(_mul(s, BASE), _add(point, _mul(h, key)))


def x25519(scalar, u):
    """The Montgomery ladder of RFC 7748, section 5."""
    k, x1 = _clamp(scalar), int.from_bytes(u, "little") & (2**255 - 1)
    x2, z2, x3, z3, swap = 1, 0, x1, 1, 0
    for t in reversed(range(255)):
        bit = k >> t & 1
        if swap != bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a % P, b * b % P, d * a % P, c * b % P
        e = aa - bb
        x3, z3 = (da + cb) ** 2 % P, x1 * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, -1, P) % P).to_bytes(32, "little")


def x25519_public(private):
    """The public key of a 32-byte private key."""
    return x25519(private, (9).to_bytes(32, "little"))


def xeddsa_sign(private, message, random):
    """XEdDSA with 64 bytes of randomness, as libsignal does it: the sign of the Edwards point, which the
    Montgomery key does not have, travels in the highest bit of the signature."""
    a = _clamp(private)
    public = _encode(_mul(a, BASE))
    r = _hash(b"\xfe" + b"\xff" * 31, a.to_bytes(32, "little"), message, random) % Q
    commitment = _encode(_mul(r, BASE))
    s = (r + _hash(commitment, public, message) * a) % Q
    signature = bytearray(commitment + s.to_bytes(32, "little"))
    signature[63] |= public[31] & 0x80
    return bytes(signature)


def xeddsa_verify(public, message, signature):
    """Under an X25519 public key of 32 bytes."""
    u = int.from_bytes(public, "little")
    if len(public) != 32 or len(signature) != 64 or u >= P:
        return False
    y = (u - 1) * pow(u + 1, -1, P) % P
    edwards = (y | (signature[63] >> 7) << 255).to_bytes(32, "little")
    return ed25519_verify(edwards, message, signature[:63] + bytes([signature[63] & 0x7F]))


def signing_key_holds(key):
    """Whether an Ed25519 public key may be relied on: 32 bytes, the canonical encoding of a point, no small order."""
    point = _decode(key) if len(key) == 32 else None
    return point is not None and not _same(_mul(8, point), NEUTRAL)


def identity_key_holds(key):
    """Whether a libsignal public key of 33 bytes may be an identity or pre-key: type 5, canonical, prime order."""
    u = int.from_bytes(key[1:], "little")
    # u = -1 has no y, u = 0 is of order 2.
    if len(key) != 33 or key[0] != 5 or u >= P or u in (0, P - 1):
        return False
    point = _decode(((u - 1) * pow(u + 1, -1, P) % P).to_bytes(32, "little"))
    return point is not None and _same(_mul(Q, point), NEUTRAL)
