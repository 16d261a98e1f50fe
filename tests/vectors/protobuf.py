"""Encodes (and, for chains, decodes) protobuf messages from the project's own .proto files, in the canonical form of protocol.md:
fields ascending, defaults omitted, nothing unknown.

A message is a dict by field name: bytes are hexadecimal text, enums are names or numbers, messages are dicts.
Reads only the part of the language that the two files use.
"""

import re
import struct

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
SCALARS = {"uint32", "uint64", "bool", "string", "bytes", "double", "float"}


class Field:
    def __init__(self, name, number, kind, repeated, oneof):
        self.name, self.number, self.kind, self.repeated, self.oneof = name, number, kind, repeated, oneof


class Schema:
    """Messages and enums of .proto files, by name: `wire.Head` is that of the package `sotto.wire.v1`."""

    def __init__(self, *paths):
        self.messages, self.enums = {}, {}
        for path in paths:
            text = re.sub(r"//[^\n]*", "", path.read_text(encoding="utf-8"))
            package = re.search(r"package sotto\.(\w+)\.v1;", text).group(1)
            self._tokens = re.findall(r'"[^"]*"|[\w.]+|[{}=;]', text)
            while self._tokens:
                self._item(package + ".")

    def _skip(self):
        while self._tokens.pop(0) != ";":
            pass

    def _item(self, scope):
        word = self._tokens[0]
        if word == "message":
            self._message(scope)
        elif word == "enum":
            self._enum(scope)
        else:
            self._skip()

    def _message(self, scope):
        _, name, brace = (self._tokens.pop(0) for _ in range(3))
        assert brace == "{", name
        full = scope + name
        fields = self.messages.setdefault(full, [])
        assert not fields, f"{full} twice"
        self._fields(full, fields, None)

    def _fields(self, full, fields, oneof):
        while self._tokens[0] != "}":
            word = self._tokens[0]
            if word in ("message", "enum"):
                self._item(full + ".")
            elif word == "reserved":
                self._skip()
            elif word == "oneof":
                _, name, _ = (self._tokens.pop(0) for _ in range(3))
                self._fields(full, fields, name)
            else:
                repeated = word == "repeated"
                if repeated:
                    self._tokens.pop(0)
                kind, name, _, number, _ = (self._tokens.pop(0) for _ in range(5))
                fields.append(Field(name, int(number), kind, repeated, oneof))
        self._tokens.pop(0)

    def _enum(self, scope):
        _, name, _ = (self._tokens.pop(0) for _ in range(3))
        values = self.enums.setdefault(scope + name, {})
        while self._tokens[0] != "}":
            value, _, number, _ = (self._tokens.pop(0) for _ in range(4))
            values[value] = int(number)
        self._tokens.pop(0)

    @staticmethod
    def _resolve(table, scope, kind):
        """The full name of a type that is named inside `scope`, or None if the table lacks it."""
        if kind.startswith("sotto."):
            _, package, _, name = kind.split(".")
            return f"{package}.{name}" if f"{package}.{name}" in table else None
        while scope:
            if f"{scope}.{kind}" in table:
                return f"{scope}.{kind}"
            scope = scope.rpartition(".")[0]
        return None

    def encode(self, name, message):
        """The bytes of `message`, a dict, as the message called `name`."""
        fields = self.messages[name]
        unknown = set(message) - {field.name for field in fields}
        if unknown:
            raise ValueError(f"{name} has no {sorted(unknown)}")
        out = b""
        for field in sorted(fields, key=lambda field: field.number):
            if field.name in message:
                out += self._field(name, field, message[field.name])
        return out

    def decode(self, name, raw):
        """A dict with every known field that occurs (bytes as they are, not as text); unknown ones are dropped."""
        fields = {field.number: field for field in self.messages[name]}
        out, at = {}, 0
        while at < len(raw):
            key, at = read_varint(raw, at)
            number, wire = key >> 3, key & 7
            if wire == VARINT:
                value, at = read_varint(raw, at)
            elif wire == BYTES:
                length, at = read_varint(raw, at)
                value, at = raw[at : at + length], at + length
            else:
                raise ValueError(f"{name}: wire type {wire}")
            if at > len(raw):
                raise ValueError(f"{name}: ends in the middle")
            field = fields.get(number)
            if field is None:
                continue
            inner = self._resolve(self.messages, name, field.kind)
            if inner:
                value = self.decode(inner, value)
            if field.repeated:
                out.setdefault(field.name, []).append(value)
            else:
                out[field.name] = value
        return out

    def _field(self, scope, field, value):
        enum = self._resolve(self.enums, scope, field.kind)
        inner = self._resolve(self.messages, scope, field.kind)
        if enum:
            pack = lambda one: (VARINT, varint(self.enums[enum][one] if isinstance(one, str) else one))
        elif inner:
            pack = lambda one: (BYTES, prefixed(self.encode(inner, one)))
        elif field.kind in SCALARS:
            pack = lambda one: scalar(field.kind, one)
        else:
            raise ValueError(f"{scope}.{field.name}: no type {field.kind}")
        if not field.repeated:
            wire, raw = pack(value)
            default = not inner and not any(raw)
            return b"" if default and not field.oneof else tag(field.number, wire) + raw
        packed = [pack(one) for one in value]
        if packed and packed[0][0] != BYTES:
            return tag(field.number, BYTES) + prefixed(b"".join(raw for _, raw in packed))
        return b"".join(tag(field.number, wire) + raw for wire, raw in packed)


def varint(n):
    """Base 128, least significant group first."""
    out = b""
    while n > 0x7F:
        out += bytes([n & 0x7F | 0x80])
        n >>= 7
    return out + bytes([n])


def read_varint(raw, at):
    """The number at a place, and the place behind it."""
    n, shift = 0, 0
    while True:
        if at >= len(raw) or shift > 63:
            raise ValueError("varint")
        n |= (raw[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if raw[at - 1] < 0x80:
            return n, at


def tag(number, wire):
    return varint(number << 3 | wire)


def prefixed(raw):
    return varint(len(raw)) + raw


def scalar(kind, value):
    if kind in ("uint32", "uint64", "bool"):
        return VARINT, varint(int(value))
    if kind == "string":
        return BYTES, prefixed(value.encode())
    if kind == "bytes":
        return BYTES, prefixed(bytes.fromhex(value))
    if kind == "double":
        return FIXED64, struct.pack("<d", value)
    return FIXED32, struct.pack("<f", value)
