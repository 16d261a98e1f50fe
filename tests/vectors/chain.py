"""Device chains, verified by section 3 of docs/protocol.md."""

import re

import curves
import protocol
from protocol import SCHEMA

GENESIS, ADD, REMOVE, REPLACE, SET_RECOVERY, RECOVER, HOME, CLOSE = range(1, 9)
PAYLOADS = {
    GENESIS: "wire.Genesis",
    ADD: "wire.Add",
    REMOVE: "wire.Remove",
    REPLACE: "wire.Replace",
    SET_RECOVERY: "wire.SetRecovery",
    RECOVER: "wire.Recover",
    HOME: "wire.Home",
    CLOSE: "wire.Close",
}
MAX_STATEMENT, MAX_LINE, MAX_DEVICES, MAX_HOMES, MAX_URL = 1024, 1024, 10, 5, 200


class Invalid(Exception):
    """A statement that nobody may accept."""


class UpdateNeeded(Exception):
    """A statement that only a later version can judge, signed by somebody with a say."""


def need(condition, why):
    if not condition:
        raise Invalid(why)


class Statement:
    """One statement as received."""

    def __init__(self, raw):
        need(len(raw) <= MAX_STATEMENT, "too long")
        try:
            wrapper = SCHEMA.decode("wire.Statement", raw)
            self.body = wrapper.get("body", b"")
            self.fields = SCHEMA.decode("wire.Body", self.body)
        except ValueError as error:
            raise Invalid(f"no statement: {error}") from error
        self.raw = raw
        self.signatures = [
            (one.get("mailbox", b""), one.get("signature", b"")) for one in wrapper.get("signatures", [])
        ]
        plain = {
            "body": self.body.hex(),
            "signatures": [{"mailbox": box.hex(), "signature": sig.hex()} for box, sig in self.signatures],
        }
        need(protocol.encode("wire.Statement", plain) == raw, "wrapper not canonical")
        self.hash = protocol.statement_hash(self.body)
        self.epoch, self.seq = self.fields.get("epoch", 0), self.fields.get("seq", 0)
        self.kind, self.prev = self.fields.get("kind", 0), self.fields.get("prev", b"")

    def signed_by(self, key, index):
        message = protocol.statement_transcript(self.hash)
        return curves.ed25519_verify(key, message, self.signatures[index][1])


class State:
    """What holds after a statement."""

    def __init__(self):
        self.account = b""
        self.known = {}  # mailbox -> (signing key, identity key): all that the line has proven
        self.active = []
        self.recovery_key = b""
        self.homes = []
        self.closed = False
        self.epoch, self.seq, self.hash = 0, 0, b""

    def copy(self):
        other = State()
        other.__dict__.update(self.__dict__)
        other.known, other.active = dict(self.known), list(self.active)
        return other

    def prove(self, device):
        """Takes a new device with both proofs; its mailbox."""
        entry = device.get("entry", b"")
        keys = SCHEMA.decode("wire.DeviceEntry", entry)
        signing, identity = keys.get("signing_key", b""), keys.get("identity_key", b"")
        need(len(signing) == 32 and curves.founds_sessions(identity), "key")
        used = {key for pair in self.known.values() for key in pair}
        need(signing not in used and identity not in used, "key twice")
        proof = protocol.device_proof(self.account, entry)
        need(curves.ed25519_verify(signing, proof, device.get("signing_proof", b"")), "signing proof")
        full = protocol.identity_proof(self.account, entry)
        need(curves.xeddsa_verify(identity[1:], full, device.get("identity_proof", b"")), "identity proof")
        box = protocol.mailbox(signing, identity)
        self.known[box] = (signing, identity)
        return box

    def device_signs(self, statement, index):
        box = statement.signatures[index][0]
        return box in self.active and statement.signed_by(self.known[box][0], index)

    def recovery_signs(self, statement, index):
        return statement.signatures[index][0] == b"" and statement.signed_by(self.recovery_key, index)

    def somebody_signs(self, statement):
        indices = range(len(statement.signatures))
        return any(self.device_signs(statement, i) or self.recovery_signs(statement, i) for i in indices)


def found(statement):
    """The state after a genesis."""
    fields, state = statement.fields, State()
    need(statement.kind == GENESIS and fields.get("version") == 1, "no genesis")
    need(not fields.get("account") and not statement.prev, "genesis")
    need(statement.epoch == 0 and statement.seq == 0, "genesis")
    need(fields.get("critical") and len(fields.get("intent", b"")) == 16, "genesis")
    payload = SCHEMA.decode("wire.Genesis", fields.get("payload", b""))
    box = state.prove(payload.get("device", {}))
    state.active = [box]
    state.recovery_key = payload.get("recovery_key", b"")
    need(len(state.recovery_key) == 32, "recovery key")
    need(len(statement.signatures) == 1 and state.device_signs(statement, 0), "signature")
    state.account = state.hash = statement.hash
    return state


def step(before, statement):
    """The state after a statement that follows `before`."""
    fields, state = statement.fields, before.copy()
    if fields.get("version") != 1:
        need(before.somebody_signs(statement), "signature")
        raise UpdateNeeded
    epoch = before.epoch + (1 if statement.kind == RECOVER else 0)
    need(fields.get("account") == before.account and statement.prev == before.hash, "does not follow")
    need(statement.epoch == epoch and statement.seq == before.seq + 1, "place")
    need(len(fields.get("intent", b"")) == 16, "intent")
    need(statement.kind == RECOVER or not before.closed, "closed")
    if statement.kind not in PAYLOADS:
        need(before.somebody_signs(statement), "signature")
        if fields.get("critical"):
            raise UpdateNeeded
    else:
        need(fields.get("critical"), "critical")
        payload = SCHEMA.decode(PAYLOADS[statement.kind], fields.get("payload", b""))
        signed(before, statement)
        apply(state, statement.kind, payload, before)
    need(1 <= len(state.active) <= MAX_DEVICES, "devices")
    state.epoch, state.seq, state.hash = statement.epoch, statement.seq, statement.hash
    return state


def signed(before, statement):
    count = len(statement.signatures)
    if statement.kind == RECOVER:
        need(count == 1 and before.recovery_signs(statement, 0), "signature")
    elif statement.kind == SET_RECOVERY:
        good = count == 2 and before.device_signs(statement, 0) and before.recovery_signs(statement, 1)
        need(good, "signatures")
    else:
        need(count == 1 and before.device_signs(statement, 0), "signature")


def apply(state, kind, payload, before):
    need(kind != GENESIS, "second genesis")
    if kind == ADD:
        state.active.append(state.prove(payload.get("device", {})))
    elif kind == REMOVE:
        need(payload.get("mailbox") in state.active, "not active")
        state.active.remove(payload["mailbox"])
    elif kind == REPLACE:
        need(payload.get("old") in state.active, "not active")
        state.active.remove(payload["old"])
        state.active.append(state.prove(payload.get("new", {})))
    elif kind == SET_RECOVERY:
        state.recovery_key = payload.get("recovery_key", b"")
        need(len(state.recovery_key) == 32, "recovery key")
    elif kind == RECOVER:
        recover(state, payload, before)
    elif kind == HOME:
        relays = payload.get("relays", [])
        need(1 <= len(relays) <= MAX_HOMES, "homes")
        need(all(url_holds(r.get("url", b"")) and len(r.get("relay_key", b"")) == 32 for r in relays), "home")
        state.homes = relays
    elif kind == CLOSE:
        state.closed = True


def recover(state, payload, before):
    need(payload.get("parent") == before.hash, "parent")
    state.active, state.closed = [], False
    for device in payload.get("devices", []):
        box = state.prove(device["fresh"]) if "fresh" in device else device.get("known")
        need(box in state.known and box not in state.active, "device")
        state.active.append(box)
    state.recovery_key = payload.get("recovery_key", b"")
    need(len(state.recovery_key) == 32, "recovery key")


_HOST = r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])"
_URL = re.compile(rf"(?:https?|wss?)://{_HOST}(?::([0-9]+))?(?:/[A-Za-z0-9._~%!$&'()*+,;=:@/-]*)?")


def url_holds(raw):
    if len(raw) > MAX_URL or not raw.isascii():
        return False
    match = _URL.fullmatch(raw.decode())
    return bool(match) and (match[1] is None or 1 <= int(match[1]) <= 65535)


def verify(raws):
    """The states after each statement of a whole line."""
    need(0 < len(raws) <= MAX_LINE, "length")
    states = [found(Statement(raws[0]))]
    for raw in raws[1:]:
        states.append(step(states[-1], Statement(raw)))
    return states


def outcome(raws):
    """What a verifier that knows nothing says to a whole line."""
    try:
        verify(raws)
        return "valid"
    except UpdateNeeded:
        return "update needed"
    except Invalid:
        return "invalid"


def extend(known, offered):
    """(outcome, head) of offering statements to somebody who holds the line `known`."""
    states = verify(known)
    place = {state.hash: index for index, state in enumerate(states)}
    last = states[-1]
    try:
        statements = [Statement(raw) for raw in offered]
        while statements and statements[0].hash in place:
            statements.pop(0)
        if not statements:
            return "longer", last
        first = statements[0]
        if first.prev not in place:
            return "detached", last
        state = states[place[first.prev]]
        follows = state is last or (first.kind == RECOVER and state.epoch == last.epoch)
        for statement in statements:
            state = step(state, statement)
    except UpdateNeeded:
        return "update needed", last
    except Invalid:
        return "invalid", last
    if follows or state.epoch > last.epoch:
        return "longer", state
    return ("fork" if state.epoch == last.epoch else "rollback"), last
