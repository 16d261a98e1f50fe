// Compares this client's formulas and chains with tests/vectors.
import { readFileSync } from "node:fs";
import * as chain from "./src/chain.js";
import * as curves from "./src/curves.js";
import * as formulas from "./src/formulas.js";

// Numbers that a double cannot hold become text, which BigInt takes as well.
const large = (text) => text.replace(/: (\d{16,})/g, ': "$1"');
const read = (name) => JSON.parse(large(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), "utf8")));
const un = (text) => Buffer.from(text, "hex");
let [passed, failed] = [0, 0];

function check(what, computed, recorded) {
  const text = (value) => (Buffer.isBuffer(value) ? value.toString("hex") : JSON.stringify(value));
  const [one, other] = [text(computed), typeof recorded === "string" && Buffer.isBuffer(computed) ? recorded : text(recorded)];
  if (one === other) passed += 1;
  else {
    failed += 1;
    console.log(`${what}: ${one} computed, ${other} recorded`);
  }
}

const c = read("curves");
for (const one of c.ed25519_verify)
  check(`ed25519 ${one.name}`, curves.verify(un(one.public), un(one.message), un(one.signature)), one.holds);
for (const one of c.signing_key) check(`signing key ${one.name}`, curves.signingKeyHolds(un(one.key)), one.holds);
for (const one of c.identity_key) check(`identity key ${one.name}`, curves.identityKeyHolds(un(one.key)), one.holds);

const n = read("names");
for (const one of n.mailbox) {
  const box = formulas.mailbox(un(one.signing_key), un(one.identity_key));
  check(one.name, box, one.mailbox);
  check(one.name, formulas.uuid(box), one.address);
}
for (const one of n.conversation) check(one.name, formulas.conversation(un(one.account), un(one.peer)), one.conversation);
for (const one of n.recovery) check(one.name, formulas.recoverySeed(un(one.seed)), one.recovery_seed);

const s = read("chains");
const raws = (names) => names.map((name) => un(s.statement.find((one) => one.name === name).statement));
const described = (state) => ({
  head: { epoch: state.epoch, seq: state.seq, hash: state.hash.toString("hex") },
  active: [...state.active.keys()].sort(),
});
for (const one of s.line) {
  let [outcome, state] = ["valid", null];
  try {
    state = chain.verifyLine(raws(one.statements)).at(-1);
  } catch (error) {
    if (!(error instanceof chain.Refused)) throw error;
    ({ outcome } = error);
  }
  check(`line ${one.name}`, outcome, one.outcome);
  if (state) check(`line ${one.name}`, described(state), { head: one.head, active: one.active });
  if (state) check(`line ${one.name}`, [state.recovery.toString("hex"), state.closed], [one.recovery_key, one.closed]);
}
for (const one of s.extension) {
  const known = chain.verifyLine(raws(one.known));
  const { outcome, states } = chain.extend(known, raws(one.offered), one.whole);
  check(`extension ${one.name}`, outcome, one.outcome);
  check(`extension ${one.name}`, described(states.at(-1)), { head: one.head, active: one.active });
}
for (const one of s.url) check(`url ${one.url}`, chain.urlHolds(one.url), one.holds);

const l = read("logins");
for (const one of l.login) {
  const [relay, nonce, mine, binding, box] = ["relay_key", "relay_nonce", "client_nonce", "binding", "mailbox"].map(
    (name) => un(one[name]),
  );
  check(one.name, formulas.login(relay, nonce, mine, one.mode, binding, one.boot, box), one.transcript);
  check(one.name, new curves.SigningKey(un(one.seed)).sign(un(one.transcript)), one.signature);
}
for (const one of l.host_binding) check(one.host, formulas.hostBinding(one.host), one.binding);
for (const one of l.registration)
  check(
    one.name,
    formulas.registration(un(one.relay_key), un(one.relay_nonce), un(one.account), un(one.head_hash)),
    one.transcript,
  );

const k = read("keys");
for (const one of k.mailbox_key) check(one.name, formulas.mailboxKey(un(one.secret), un(one.mailbox), one.version), one.key);
for (const one of k.read_key) check(one.name, formulas.readKey(un(one.secret), un(one.account), one.version), one.key);
for (const one of k.put_tag) {
  const flags = (one.ephemeral ? 1 : 0) | (one.urgent ? 2 : 0);
  const [key, relay, box, envelope] = [one.key, one.relay_key, one.mailbox, one.envelope_id].map(un);
  check(one.name, formulas.putTag(key, relay, box, envelope, flags, un(one.header + one.body)), one.tag);
}
for (const one of k.read_tag) {
  const verb = { GetChain: 1, GetBundles: 2 }[one.verb];
  check(one.name, formulas.readTag(un(one.key), un(one.relay_key), un(one.nonce), verb, un(one.account)), one.tag);
}

const e = read("seals");
for (const one of e.certificate) check(one.name, formulas.certificate(un(one.mailbox), un(one.identity_key)), one.bytes);
for (const one of e.sizes) {
  const length = formulas.groupIdLength(one.certificate, one.contents, one.header);
  check(JSON.stringify(one), length === null ? null : length - 4 - one.header, one.zeros);
}

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
