// Device chains (section 3): what holds, and what an offered continuation means.
import { PublicKey } from "@signalapp/libsignal-client";
import { identityKeyHolds, signingKeyHolds, verify } from "./curves.js";
import * as formulas from "./formulas.js";
import { decode, encode, enumOf } from "./schema.js";

const KIND = Object.fromEntries(
  Object.entries(enumOf("wire.StatementKind")).map(([name, value]) => [name.replace("STATEMENT_KIND_", ""), value]),
);
const URL = new RegExp(
  "^(?:http|https|ws|wss)://(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\\])" +
    "(?::([1-9][0-9]*))?(?:/[A-Za-z0-9._~%!$&'()*+,;=:@/-]*)?$",
);

// Why statements are not taken; `outcome` is as section 3 calls it.
export class Refused extends Error {
  constructor(outcome, why) {
    super(`${outcome}: ${why}`);
    this.outcome = outcome;
  }
}

const must = (condition, why) => {
  if (!condition) throw new Refused("invalid", why);
};

export function urlHolds(url) {
  const found = URL.exec(url);
  if (!found || Buffer.byteLength(url) > 200) return false;
  return found[1] === undefined || +found[1] <= 65535;
}

export function parse(raw) {
  must(raw.length <= 1024, "a statement of more than 1,024 bytes");
  try {
    const { body, signatures } = decode("wire.Statement", raw);
    must(encode("wire.Statement", { body, signatures }).equals(raw), "a wrapper that is not canonical");
    const statement = { raw, hash: formulas.statementHash(body), body: decode("wire.Body", body), signatures };
    const { account, prev, intent } = statement.body;
    must([account, prev].every(({ length }) => length === 0 || length === 32) && intent.length === 16, "lengths");
    return statement;
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused("invalid", `does not decode: ${error.message}`);
  }
}

function payload(name, raw) {
  try {
    return decode(`wire.${name}`, raw);
  } catch (error) {
    throw new Refused("invalid", `payload: ${error.message}`);
  }
}

// A device whose two proofs hold for this account (empty in a genesis).
function proven(account, device) {
  must(device !== null, "no device");
  const entry = payload("DeviceEntry", device.entry);
  must(signingKeyHolds(entry.signing_key), "signing key");
  must(identityKeyHolds(entry.identity_key), "identity key");
  must(verify(entry.signing_key, formulas.device(account, device.entry), device.signing_proof), "signing proof");
  must(device.identity_proof.length === 64, "identity proof");
  const key = PublicKey.deserialize(entry.identity_key);
  must(key.verify(formulas.identity(account, device.entry), device.identity_proof), "identity proof");
  return {
    mailbox: formulas.mailbox(entry.signing_key, entry.identity_key),
    signing: entry.signing_key,
    identity: entry.identity_key,
  };
}

const hex = (bytes) => bytes.toString("hex");

const signedBy = (statement, key, signature) =>
  verify(key, formulas.statement(statement.hash), signature.signature);

// Exactly these signers, in this order; "device" is any active one.
function signed(state, statement, signers) {
  must(statement.signatures.length === signers.length, "number of signatures");
  statement.signatures.forEach((signature, index) => {
    const box = hex(signature.mailbox);
    const key = signers[index] === "recovery" && box === "" ? state.recovery : state.active.get(box)?.signing;
    must((signers[index] === "recovery") === (box === "") && key, "a signer without a say");
    must(signedBy(statement, key, signature), "signature");
  });
}

// Somebody with a say, among whatever signatures there are; or the recovery key.
function bySay(state, statement, recovery = false) {
  return statement.signatures.some((signature) => {
    const box = hex(signature.mailbox);
    const key = box === "" ? state.recovery : !recovery && state.active.get(box)?.signing;
    return key && signedBy(statement, key, signature);
  });
}

function genesis(statement) {
  const { body } = statement;
  if (body.version !== 1) throw new Refused("update needed", "genesis of another version");
  must(body.account.length === 0 && body.prev.length === 0, "not a genesis");
  must(body.epoch === 0 && body.seq === 0 && body.kind === KIND.GENESIS, "not a genesis");
  const { device, recovery_key: recovery } = payload("Genesis", body.payload);
  const first = proven(body.account, device);
  must(signingKeyHolds(recovery), "recovery key");
  const state = {
    account: statement.hash,
    epoch: 0,
    seq: 0,
    hash: statement.hash,
    raw: statement.raw,
    active: new Map([[hex(first.mailbox), first]]),
    proven: new Map([[hex(first.mailbox), first]]),
    recovery,
    homes: [],
    closed: false,
  };
  signed(state, statement, ["device"]);
  return state;
}

function enter(next, account, device) {
  const fresh = proven(account, device);
  for (const known of next.proven.values()) {
    const same = known.signing.equals(fresh.signing) || known.identity.equals(fresh.identity);
    must(!same && !known.mailbox.equals(fresh.mailbox), "a key that was on this line already");
  }
  next.proven.set(hex(fresh.mailbox), fresh);
  next.active.set(hex(fresh.mailbox), fresh);
  must(next.active.size <= 10, "more than 10 devices");
}

function leave(next, mailbox) {
  must(next.active.delete(hex(mailbox)), "not an active device");
}

const EFFECTS = {
  [KIND.ADD]: (next, state, statement) => {
    signed(state, statement, ["device"]);
    enter(next, state.account, payload("Add", statement.body.payload).device);
  },
  [KIND.REMOVE]: (next, state, statement) => {
    signed(state, statement, ["device"]);
    leave(next, payload("Remove", statement.body.payload).mailbox);
    must(next.active.size > 0, "no device is left");
  },
  [KIND.REPLACE]: (next, state, statement) => {
    signed(state, statement, ["device"]);
    const { old, new: fresh } = payload("Replace", statement.body.payload);
    leave(next, old);
    enter(next, state.account, fresh);
  },
  [KIND.SET_RECOVERY]: (next, state, statement) => {
    signed(state, statement, ["device", "recovery"]);
    next.recovery = payload("SetRecovery", statement.body.payload).recovery_key;
    must(signingKeyHolds(next.recovery), "recovery key");
  },
  [KIND.RECOVER]: (next, state, statement) => {
    signed(state, statement, ["recovery"]);
    const { parent, devices, recovery_key: recovery } = payload("Recover", statement.body.payload);
    must(parent.equals(state.hash), "parent");
    must(signingKeyHolds(recovery), "recovery key");
    next.recovery = recovery;
    next.closed = false;
    next.active = new Map();
    for (const one of devices) {
      if (one.device === "known") {
        const known = state.proven.get(hex(one.known));
        must(known && !next.active.has(hex(one.known)), "a device that is not known, or twice");
        next.active.set(hex(one.known), known);
      } else {
        must(one.device === "fresh", "no device");
        enter(next, state.account, one.fresh);
      }
    }
    must(next.active.size > 0 && next.active.size <= 10, "number of devices");
  },
  [KIND.HOME]: (next, state, statement) => {
    signed(state, statement, ["device"]);
    next.homes = payload("Home", statement.body.payload).relays;
    must(next.homes.length >= 1 && next.homes.length <= 5, "number of homes");
    for (const home of next.homes) must(urlHolds(home.url) && signingKeyHolds(home.relay_key), "home");
  },
  [KIND.CLOSE]: (next, state, statement) => {
    signed(state, statement, ["device"]);
    next.closed = true;
  },
};

// The state after a statement that follows `state`.
export function follow(state, statement) {
  const { body } = statement;
  must(body.seq < 1024, "more than 1,024 statements");
  must(body.prev.equals(state.hash), "does not follow");
  must(body.account.equals(state.account) && body.seq === state.seq + 1, "account or seq");
  const effect = EFFECTS[body.kind];
  const unknown = !effect && body.kind !== KIND.GENESIS && body.kind !== 0;
  if (body.version !== 1 || (unknown && body.critical)) {
    must(bySay(state, statement), "of another version, and signed by nobody with a say");
    throw new Refused("update needed", `version ${body.version}, kind ${body.kind}`);
  }
  must(body.epoch === state.epoch + (body.kind === KIND.RECOVER ? 1 : 0), "epoch");
  must(!state.closed || body.kind === KIND.RECOVER, "after the account was closed");
  const next = {
    ...state,
    epoch: body.epoch,
    seq: body.seq,
    hash: statement.hash,
    raw: statement.raw,
    active: new Map(state.active),
    proven: new Map(state.proven),
  };
  if (unknown) signed(state, statement, ["device"]);
  else {
    must(effect, "kind");
    effect(next, state, statement);
  }
  return next;
}

// A whole line: the states after each statement.
export function verifyLine(raws) {
  must(raws.length > 0, "empty");
  const states = [genesis(parse(raws[0]))];
  for (const raw of raws.slice(1)) states.push(follow(states.at(-1), parse(raw)));
  return states;
}

const place = (line, hash) => line.findIndex((state) => state.hash.equals(hash));

// Takes offered statements over, in order; the first that does not follow the last one decides. Returns the states as
// far as they hold, and why it ended there, if it did. `current` is the epoch that is known of the account.
function advance(states, raws, current) {
  let line = states;
  let front = true;
  for (const [index, raw] of raws.entries()) {
    try {
      const statement = parse(raw);
      if (place(line, statement.hash) >= 0) {
        must(front, "a known statement behind new ones");
        continue;
      }
      front = false;
      must(statement.body.account.equals(line[0].account) && statement.body.prev.length === 32, "account or prev");
      const at = place(line, statement.body.prev);
      if (at < 0) throw new Refused("detached", "follows something unknown");
      const back = at < line.length - 1;
      if (back && !(isRecover(statement) && line[at].epoch === line.at(-1).epoch)) {
        line = settle(line, at, statement, raws.slice(index + 1));
        break;
      }
      const base = line.slice(0, at + 1);
      line = [...base, followIn(base.at(-1), statement, current)];
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { line, failed: error };
    }
  }
  return { line, failed: null };
}

const isRecover = ({ body }) => body.version === 1 && body.kind === KIND.RECOVER;

// Follows on a line that may be void: in an earlier epoch nobody's word stops anybody but the recovery key's.
function followIn(state, statement, current) {
  try {
    return follow(state, statement);
  } catch (error) {
    const stops = error.outcome === "update needed" && state.epoch < current;
    throw stops && !bySay(state, statement, true) ? new Refused("rollback", "of an earlier epoch") : error;
  }
}

// A statement that follows a known one that is not the last: the branch, if a recover settles it.
function settle(states, at, first, rest) {
  const { epoch } = states.at(-1);
  const branch = states.slice(0, at + 1);
  branch.push(followIn(branch.at(-1), first, epoch));
  const { line, failed } = advance(branch, rest, epoch);
  const now = branch.at(-1).epoch >= epoch && !isRecover(first);
  if (now && !failed && line.at(-1).epoch > epoch) return line;
  if (line.at(-1).epoch >= epoch) throw new Refused("fork", "two lines");
  throw failed ?? new Refused("rollback", "of an earlier epoch");
}

// What offered statements mean for a known line: {outcome, states}; the states are the line from now on.
export function extend(known, raws, whole) {
  const { line, failed } = advance(known, raws, 0);
  if (failed) return { outcome: failed.outcome, states: known };
  const early = whole && (raws.length === 0 || !parse(raws.at(-1)).hash.equals(line.at(-1).hash));
  return early ? { outcome: "rollback", states: known } : { outcome: "longer", states: line };
}

export const head = (state) => ({ epoch: state.epoch, seq: state.seq, hash: state.hash });
export const sameHead = (one, other) =>
  one.epoch === other.epoch && one.seq === other.seq && one.hash.equals(other.hash);

// Statements: made, signed, encoded.
export function make(state, kind, name, fields, signers) {
  const body = encode("wire.Body", {
    version: 1,
    ...(state && { account: state.account, epoch: state.epoch, seq: state.seq + 1, prev: state.hash }),
    kind: KIND[kind],
    critical: true,
    intent: formulas.random(16),
    payload: encode(`wire.${name}`, fields),
  });
  const transcript = formulas.statement(formulas.statementHash(body));
  const signatures = signers.map(({ mailbox, key }) => ({ mailbox, signature: key.sign(transcript) }));
  return encode("wire.Statement", { body, signatures });
}
