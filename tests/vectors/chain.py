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


def decode(name, raw):
    try:
        return SCHEMA.decode(name, raw)
    except ValueError as error:
        raise Invalid(str(error)) from error


def recovery_key(payload):
    key = payload.get("recovery_key", b"")
    need(curves.signing_key_holds(key), "recovery key")
    return key


class Statement:
    """One statement as received."""

    def __init__(self, raw):
        need(len(raw) <= MAX_STATEMENT, "too long")
        wrapper = decode("wire.Statement", raw)
        self.body = wrapper.get("body", b"")
        self.fields = decode("wire.Body", self.body)
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
        self.account = self.fields.get("account", b"")
        self.plain = self.fields.get("version", 0) == 1
        need(len(self.account) in (0, 32) and len(self.prev) in (0, 32), "length")
        need(len(self.fields.get("intent", b"")) == 16, "intent")

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
        keys = decode("wire.DeviceEntry", entry)
        signing, identity = keys.get("signing_key", b""), keys.get("identity_key", b"")
        need(curves.signing_key_holds(signing) and curves.identity_key_holds(identity), "key")
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

    def recovery_signs_any(self, statement):
        return any(self.recovery_signs(statement, i) for i in range(len(statement.signatures)))

    def somebody_signs(self, statement):
        indices = range(len(statement.signatures))
        return any(self.device_signs(statement, i) or self.recovery_signs(statement, i) for i in indices)


def found(statement):
    """The state after a genesis."""
    if not statement.plain:
        raise UpdateNeeded
    state = State()
    need(statement.kind == GENESIS, "no genesis")
    need(not statement.account and not statement.prev, "genesis")
    need(statement.epoch == 0 and statement.seq == 0, "genesis")
    payload = decode("wire.Genesis", statement.fields.get("payload", b""))
    state.active = [state.prove(payload.get("device", {}))]
    state.recovery_key = recovery_key(payload)
    need(len(statement.signatures) == 1 and state.device_signs(statement, 0), "signature")
    state.account = state.hash = statement.hash
    return state


def step(before, statement):
    """The state after a statement that follows `before`."""
    need(before.seq + 1 < MAX_LINE, "full")
    need(statement.account == before.account and statement.prev == before.hash, "does not follow")
    need(statement.seq == before.seq + 1, "seq")
    known = statement.kind in PAYLOADS
    if not statement.plain or (not known and statement.kind != 0 and statement.fields.get("critical")):
        need(before.somebody_signs(statement), "signature")
        raise UpdateNeeded
    recovers = statement.kind == RECOVER
    need(statement.epoch == before.epoch + (1 if recovers else 0), "epoch")
    need(recovers or not before.closed, "closed")
    need(statement.kind != 0, "kind")
    signed(before, statement)
    state = before.copy()
    if known:
        payload = decode(PAYLOADS[statement.kind], statement.fields.get("payload", b""))
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
        state.recovery_key = recovery_key(payload)
    elif kind == RECOVER:
        recover(state, payload, before)
    elif kind == HOME:
        relays = payload.get("relays", [])
        need(1 <= len(relays) <= MAX_HOMES, "homes")
        for relay in relays:
            need(url_holds(relay.get("url", b"")), "url")
            need(curves.signing_key_holds(relay.get("relay_key", b"")), "relay key")
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
    state.recovery_key = recovery_key(payload)


_HOST = r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*\])"
_URL = re.compile(rf"(?:https?|wss?)://{_HOST}(?::([1-9][0-9]*))?(?:/[A-Za-z0-9._~%!$&'()*+,;=:@/-]*)?")


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


def extend(known, offered, whole):
    """(outcome, state) of offering statements to somebody who holds the line `known`; `whole` if they claim to be
    everything there is."""
    states = verify(known)
    last = states[-1]
    try:
        line = []
        advance(states, parsed(offered), 0, line)
        # A relay that serves less than what is known hides something.
        if whole and Statement(offered[-1]).hash != line[-1].hash:
            return "rollback", last
        return "longer", line[-1]
    except Verdict as verdict:
        return str(verdict), last
    except UpdateNeeded:
        return "update needed", last
    except Invalid:
        return "invalid", last


def parsed(raws):
    return [Statement(raw) for raw in raws]


class Verdict(Exception):
    """An outcome other than a longer line: fork, rollback or detached."""


def advance(states, statements, current, line):
    """Takes statements over, into `line`: the states that hold, as far as it came when it raises. `current` is the epoch
    that is known of the account; a line that is behind it is void."""
    line[:] = states
    front = True
    for index, statement in enumerate(statements):
        last = line[-1]
        if any(state.hash == statement.hash for state in line):
            need(front, "again")
            continue
        front = False
        need(statement.account == last.account and statement.prev, "account")
        place = next((i for i, state in enumerate(line) if state.hash == statement.prev), None)
        if place is None:
            raise Verdict("detached")
        recovers = statement.plain and statement.kind == RECOVER
        if line[place] is not last and not (recovers and line[place].epoch == last.epoch):
            line[:] = settle(line, place, statements[index:])
            return
        line[:] = line[: place + 1] + [step_in(line[place], statement, current)]


def settle(states, place, statements):
    """What a statement means that follows one that is not the last: the other line's states if a recovery builds on it,
    an outcome otherwise."""
    epoch, first, other = states[-1].epoch, statements[0], []
    branch = states[: place + 1]
    branch.append(step_in(branch[-1], first, epoch))
    try:
        advance(branch, statements[1:], epoch, other)
    except (Verdict, UpdateNeeded, Invalid):
        if other[-1].epoch >= epoch:
            raise Verdict("fork") from None
        raise
    recovers = first.plain and first.kind == RECOVER
    if branch[-1].epoch >= epoch and other[-1].epoch > epoch and not recovers:
        return other
    raise Verdict("fork" if other[-1].epoch >= epoch else "rollback")


def step_in(state, statement, current):
    """A step on a line that may be void: in an earlier epoch nobody's word stops anybody but the recovery key's."""
    try:
        return step(state, statement)
    except UpdateNeeded:
        if state.epoch < current and not state.recovery_signs_any(statement):
            raise Verdict("rollback") from None
        raise
