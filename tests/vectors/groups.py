"""One function per group of vectors: from a case's inputs to its outputs.

A function gets a case and its whole file (groups may refer to each other by `name`) and returns the fields that it
computes. Fields that it does not return are inputs. Bytes are hexadecimal text.
"""

import base64

import chain
import curves
import protocol
from protocol import encode


def hexes(**values):
    return {name: value.hex() for name, value in values.items()}


def unhex(case, *names):
    return [bytes.fromhex(case[name]) for name in names]


def named(file, group, name):
    return next(case for case in file[group] if case["name"] == name)


# ---------------------------------------------------------------- curves.json: RFC 8032, RFC 7748, XEdDSA


def ed25519(case, _):
    seed, message = unhex(case, "seed", "message")
    return hexes(public=curves.ed25519_public(seed), signature=curves.ed25519_sign(seed, message))


def x25519(case, _):
    scalar, u = unhex(case, "scalar", "u")
    return hexes(output=curves.x25519(scalar, u))


def xeddsa(case, _):
    private, message, random = unhex(case, "private", "message", "random")
    public, signature = curves.x25519_public(private), curves.xeddsa_sign(private, message, random)
    assert curves.xeddsa_verify(public, message, signature)
    return hexes(public=b"\x05" + public, signature=signature)


def ed25519_verify(case, _):
    return {"holds": curves.ed25519_verify(*unhex(case, "public", "message", "signature"))}


def signing_key(case, _):
    return {"holds": curves.signing_key_holds(*unhex(case, "key"))}


def identity_key(case, _):
    return {"holds": curves.identity_key_holds(*unhex(case, "key"))}


# ---------------------------------------------------------------- names.json


def mailbox(case, _):
    box = protocol.mailbox(*unhex(case, "signing_key", "identity_key"))
    return {"mailbox": box.hex(), "address": protocol.address(box), "phase_ms": protocol.siblings_phase(box)}


def conversation(case, _):
    return hexes(conversation=protocol.conversation(*unhex(case, "account", "peer")))


def recovery(case, _):
    (words,) = unhex(case, "seed")
    signing, backup = protocol.recovery_seed(words), protocol.backup_secret(words)
    return hexes(
        recovery_seed=signing,
        recovery_key=curves.ed25519_public(signing),
        backup_secret=backup,
        backup_key=curves.x25519_public(backup),
    )


# ---------------------------------------------------------------- chains.json


def device(case, _):
    seed, private = unhex(case, "signing_seed", "identity_private")
    signing, identity = curves.ed25519_public(seed), b"\x05" + curves.x25519_public(private)
    keys = hexes(signing_key=signing, identity_key=identity)
    entry = encode("wire.DeviceEntry", keys)
    return keys | hexes(mailbox=protocol.mailbox(signing, identity), entry=entry)


def proof(case, file):
    who = named(file, "device", case["device"])
    seed, private, entry = unhex(who, "signing_seed", "identity_private", "entry")
    account, random = unhex(case, "account", "random")
    signed, identity = protocol.device_proof(account, entry), protocol.identity_proof(account, entry)
    return hexes(
        transcript=signed,
        identity_transcript=identity,
        signing_proof=curves.ed25519_sign(seed, signed),
        identity_proof=curves.xeddsa_sign(private, identity, random),
    )


def statement_hash(case, _):
    digest = protocol.statement_hash(*unhex(case, "body"))
    return hexes(hash=digest, transcript=protocol.statement_transcript(digest))


def proven(name, file):
    """The ProvenDevice of a proof case."""
    case = named(file, "proof", name)
    entry = named(file, "device", case["device"])["entry"]
    return {"entry": entry, "signing_proof": case["signing_proof"], "identity_proof": case["identity_proof"]}


def payload(case, file):
    """A payload with names in place of keys, filled in."""
    spec, out = case["payload"], {}
    for name, value in spec.items():
        if name in ("device", "new"):
            out[name] = proven(value, file)
        elif name in ("mailbox", "old"):
            out[name] = named(file, "device", value)["mailbox"]
        elif name == "parent":
            out[name] = named(file, "statement", value)["hash"]
        elif name == "devices":
            out[name] = [
                {"fresh": proven(one["fresh"], file)}
                if "fresh" in one
                else {"known": named(file, "device", one["known"])["mailbox"]}
                for one in value
            ]
        else:
            out[name] = value
    return encode(chain.PAYLOADS[case["kind"]], out) if case["kind"] in chain.PAYLOADS else bytes.fromhex(spec["raw"])


def statement(case, file):
    """Follows the statement named by `after`; `body` overrides single fields, to make what must be refused."""
    after = named(file, "statement", case["after"]) if case["after"] else None
    filled = payload(case, file)
    fields = {"version": 1, "kind": case["kind"], "critical": True, "intent": case["intent"], "payload": filled.hex()}
    if after:
        fields["account"] = after.get("account") or after["hash"]
        fields["epoch"] = after["epoch"] + (1 if case["kind"] == chain.RECOVER else 0)
        fields["seq"], fields["prev"] = after["seq"] + 1, after["hash"]
    fields |= case.get("body_overrides", {})
    body = encode("wire.Body", fields)
    digest = protocol.statement_hash(body)
    signatures = []
    for signer in case["by"]:
        seed, box = signer_of(signer, file)
        signature = curves.ed25519_sign(seed, protocol.statement_transcript(digest))
        signatures.append({"mailbox": box, "signature": signature.hex()})
    wrapper = encode("wire.Statement", {"body": body.hex(), "signatures": signatures})
    wrapper += bytes.fromhex(case.get("trailing", ""))
    return {
        "account": fields.get("account", ""),
        "epoch": fields.get("epoch", 0),
        "seq": fields.get("seq", 0),
    } | hexes(payload_bytes=filled, body=body, hash=digest, statement=wrapper)


def signer_of(name, file):
    """(seed, mailbox): a device, or the recovery key of a seed."""
    for case in file["device"]:
        if case["name"] == name:
            return bytes.fromhex(case["signing_seed"]), case["mailbox"]
    words = named(file, "recovery", name)["seed"]
    return protocol.recovery_seed(bytes.fromhex(words)), ""


def recovery_key(case, _):
    (words,) = unhex(case, "seed")
    seed = protocol.recovery_seed(words)
    return hexes(signing_seed=seed, recovery_key=curves.ed25519_public(seed))


def raws(names, file):
    return [bytes.fromhex(named(file, "statement", name)["statement"]) for name in names]


def described(state):
    head = {"epoch": state.epoch, "seq": state.seq, "hash": state.hash.hex()}
    return {"head": head, "active": sorted(box.hex() for box in state.active)}


def line(case, file):
    lines = raws(case["statements"], file)
    said = chain.outcome(lines)
    if said != "valid":
        return {"outcome": said}
    last = chain.verify(lines)[-1]
    homes = [{"url": one["url"].decode(), "relay_key": one["relay_key"].hex()} for one in last.homes]
    keys = hexes(account=last.account, recovery_key=last.recovery_key)
    return {"outcome": said, "closed": last.closed, "homes": homes} | keys | described(last)


def extension(case, file):
    said, state = chain.extend(raws(case["known"], file), raws(case["offered"], file), case["whole"])
    return {"outcome": said} | described(state)


def url(case, _):
    return {"holds": chain.url_holds(case["url"].encode())}


# ---------------------------------------------------------------- logins.json


def host_binding(case, _):
    return hexes(binding=protocol.host_binding(case["host"]))


def signed(case, transcript):
    (seed,) = unhex(case, "seed")
    return hexes(
        transcript=transcript,
        public=curves.ed25519_public(seed),
        signature=curves.ed25519_sign(seed, transcript),
    )


def server_info(case, _):
    info = encode("wire.ServerInfo", case["server_info"])
    return hexes(info=info) | signed(case, protocol.server_info(info))


def registration(case, _):
    return signed(case, protocol.registration(*unhex(case, "relay_key", "relay_nonce", "account", "head_hash")))


def login(case, _):
    relay_key, nonce, client_nonce, binding, box = unhex(
        case, "relay_key", "relay_nonce", "client_nonce", "binding", "mailbox"
    )
    return signed(case, protocol.login(relay_key, nonce, client_nonce, case["mode"], binding, case["boot"], box))


def login_answer(case, _):
    client_nonce, nonce, box = unhex(case, "client_nonce", "relay_nonce", "mailbox")
    return signed(case, protocol.login_answer(client_nonce, nonce, box, case["boot"]))


def checkpoint(case, _):
    raw = encode("wire.Checkpoint", case["checkpoint"])
    return hexes(bytes=raw) | signed(case, protocol.checkpoint(raw))


# ---------------------------------------------------------------- keys.json


def bundle(case, _):
    box, signed_key, last_resort = unhex(case, "mailbox", "signed_key", "last_resort_key")
    ids = case["signed_id"], case["last_resort_id"]
    return signed(case, protocol.bundle(box, ids[0], signed_key, ids[1], last_resort, case["generation"]))


def mailbox_key(case, _):
    return hexes(key=protocol.mailbox_key(*unhex(case, "secret", "mailbox"), case["version"]))


def read_key(case, _):
    return hexes(key=protocol.read_key(*unhex(case, "secret", "account"), case["version"]))


def put_tag(case, _):
    key, relay, box, envelope, header, body = unhex(
        case, "key", "relay_key", "mailbox", "envelope_id", "header", "body"
    )
    flags = (1 if case["ephemeral"] else 0) | (2 if case["urgent"] else 0)
    return hexes(tag=protocol.put_tag(key, relay, box, envelope, flags, header + body))


def read_tag(case, _):
    key, relay, nonce, account = unhex(case, "key", "relay_key", "nonce", "account")
    verb = {"GetChain": 1, "GetBundles": 2}[case["verb"]]
    return hexes(tag=protocol.read_tag(key, relay, nonce, verb, account))


def slots(case, _):
    raw = encode("wire.SetSlots", case["set_slots"])
    return hexes(bytes=raw, digest=protocol.slots_digest(raw))


# ---------------------------------------------------------------- seals.json


def header(case, _):
    raw = encode("content.SealedHeader", case["sealed_header"])
    return hexes(bytes=raw, group_id=protocol.group_id(raw, case["zeros"]))


def certificate(case, file):
    own = device(case, file)
    raw = protocol.certificate(*unhex(own, "mailbox", "identity_key"))
    return {name: own[name] for name in ("mailbox", "identity_key")} | hexes(bytes=raw)


def sizes(case, _):
    found = protocol.size_class(case["certificate"], case["contents"], case["header"])
    return {"sealed": found[0], "zeros": found[1]} if found else {"sealed": None, "zeros": None}


# ---------------------------------------------------------------- contents.json


def message(case, _):
    """Any message of the two files, by its full name."""
    return hexes(bytes=encode(case["message"], case["fields"]))


def retry(case, _):
    return hexes(bytes=protocol.retry_frame(encode("content.RetryRequest", case["retry_request"])))


# What a register's key is made of, in this order.
KEYS = ("author", "message_id", "account", "slot", "conversation", "device", "incarnation", "name")


def register(case, _):
    """One register: its key from the parts that are named, its value from a message or a number."""
    parts, value = case["key_of"], case["value_of"]
    key = b"".join(
        parts[part].encode() if part == "name" else bytes.fromhex(parts[part]) for part in KEYS if part in parts
    )
    if "message" in value:
        raw = encode(value["message"], value["fields"])
    else:
        raw = b"".join(value[size].to_bytes(int(size[1:]) // 8, "big") for size in value)
    kind = protocol.SCHEMA.enums["content.RegisterKind"]["REGISTER_KIND_" + case["kind"]]
    fields = hexes(key=key, value=raw)
    own = {"kind": kind, "version": case["version"], "device": case["device"]}
    return fields | hexes(bytes=encode("content.Register", own | fields))


# ---------------------------------------------------------------- orders.json


def tick(case, _):
    return {"hlc": protocol.tick(case["last"], case["now"])}


def order_key(case, _):
    return {"key": protocol.order_key(case["hlc"], case["previous"], case["parent"], case["received"])}


def pull(case, _):
    return {"clock": protocol.pull(case["last"], case["key"], case["now"])}


# ---------------------------------------------------------------- links.json


def link(case, _):
    names = {"c": "ContactLink", "i": "DeviceInvitation", "d": "DeviceRequest", "s": "SafetyCode"}
    name = names[case["kind"]]
    raw = encode("content." + name, case["fields"])
    text = base64.urlsafe_b64encode(raw + protocol.H(raw)[:4]).rstrip(b"=").decode()
    return {"bytes": raw.hex(), "text": f"sotto:{case['kind']}/{text}"}


# ---------------------------------------------------------------- safety.json


def safety_digits(case, _):
    return {"digits": protocol.safety_digits(*unhex(case, "account", "peer"))}


def safety_heads(case, _):
    stands = []
    for account, head in (("account", "head"), ("peer", "peer_head")):
        fields = case[head]
        stands.append((*unhex(case, account), fields["epoch"], fields["seq"], bytes.fromhex(fields["hash"])))
    return {"digits": protocol.safety_heads(*stands)}


FILES = {
    "curves.json": {
        "ed25519": ed25519,
        "ed25519_verify": ed25519_verify,
        "x25519": x25519,
        "xeddsa": xeddsa,
        "signing_key": signing_key,
        "identity_key": identity_key,
    },
    "names.json": {"mailbox": mailbox, "conversation": conversation, "recovery": recovery},
    "chains.json": {
        "device": device,
        "recovery": recovery_key,
        "proof": proof,
        "statement_hash": statement_hash,
        "statement": statement,
        "line": line,
        "extension": extension,
        "url": url,
    },
    "logins.json": {
        "host_binding": host_binding,
        "server_info": server_info,
        "registration": registration,
        "login": login,
        "login_answer": login_answer,
        "checkpoint": checkpoint,
    },
    "keys.json": {
        "bundle": bundle,
        "mailbox_key": mailbox_key,
        "read_key": read_key,
        "put_tag": put_tag,
        "read_tag": read_tag,
        "slots": slots,
    },
    "seals.json": {"header": header, "certificate": certificate, "sizes": sizes},
    "frames.json": {"client": message, "relay": message},
    "contents.json": {"binding": message, "content": message, "register_value": message, "register": register, "retry": retry},
    "orders.json": {"tick": tick, "key": order_key, "pull": pull},
    "links.json": {"link": link},
    "safety.json": {"number": safety_digits, "heads": safety_heads, "code": link, "verified": message},
}
