// One device of an account: registering, logging in, its slots (sections 3 to 6).
import * as chain from "./chain.js";
import { SigningKey, verify } from "./curves.js";
import * as formulas from "./formulas.js";
import { DeviceKeys } from "./keys.js";
import { Connection } from "./relay.js";
import { encode } from "./schema.js";

export const LANE = { SIBLINGS: 1, CONTACTS: 2, LINKS: 3, STRANGERS: 4 };
export const hex = (bytes) => bytes.toString("hex");
export const plain = (bytes) => Uint8Array.from(bytes);

// What is known of an account of which nothing is known.
export const unknown = () => ({
  account: Buffer.alloc(0),
  states: null,
  accepted: false,
  generations: new Map(), // of bundles, by mailbox
  known: -1, // how much of the own chain it is known to have: the index of a statement
  card: 0n,
  stream: { counter: 0n, prev: Buffer.alloc(0) }, // of what is said to it
  streams: new Map(), // the highest counter seen of each of its streams
});

export class Account {
  keys = new DeviceKeys();
  recovery = new SigningKey(formulas.recoverySeed(formulas.random(32)));
  incarnation = formulas.random(8);
  boot = 0n;
  cursor = null;
  delivery = { slot: formulas.random(8), version: 1n, secret: formulas.random(32) };
  invitation = { slot: formulas.random(8), version: 0n, secret: formulas.random(32) };
  contacts = new Map();
  seen = new Set();
  applied = new Set();
  sent = new Map();
  clock = 0n;
  events = [];
  anonymous = new Map();

  // What is known of an account; the own one is known in the same way.
  self = { ...unknown(), own: true, accepted: true };

  get states() {
    return this.self.states;
  }

  get tip() {
    return this.states.at(-1);
  }

  get account() {
    return this.self.account;
  }

  // This device's entry with its proofs, for an account or (empty) for a genesis.
  proven(account) {
    const entry = encode("wire.DeviceEntry", {
      signing_key: this.keys.signing.public,
      identity_key: Buffer.from(this.keys.identity.serialize()),
    });
    return {
      entry,
      signing_proof: this.keys.signing.sign(formulas.device(account, entry)),
      identity_proof: this.keys.identitySignature(formulas.identity(account, entry)),
    };
  }

  // Founds an account at a relay and makes it known there.
  async register(url, name, token) {
    this.name = name;
    const connection = await Connection.open(url, "/v1/anonymous", null);
    this.home = { url, relay_key: connection.relayKey };
    const genesis = { device: this.proven(Buffer.alloc(0)), recovery_key: this.recovery.public };
    const signer = { mailbox: this.keys.mailbox, key: this.keys.signing };
    const line = [chain.make(null, "GENESIS", "Genesis", genesis, [signer])];
    const [founded] = chain.verifyLine(line);
    line.push(chain.make(founded, "HOME", "Home", { relays: [this.home] }, [signer]));
    this.self.account = founded.account;
    this.self.states = chain.verifyLine(line);

    const statements = this.states.map((state) => state.raw);
    const signed = formulas.registration(connection.relayKey, connection.nonce, this.account, this.tip.hash);
    const answer = await connection.ask(
      "register",
      {
        account: this.account,
        statements,
        mailbox: this.keys.mailbox,
        signature: this.keys.signing.sign(signed),
        ...(token && { token }),
      },
      "registered",
    );
    const said = connection.checkpoint(answer.checkpoint);
    if (!said.account.equals(this.account) || !chain.sameHead(said.head, this.tip)) throw new Error("checkpoint");
    connection.close();
  }

  async login() {
    this.device?.close();
    const device = await Connection.open(this.home.url, "/v1/device", this.home.relay_key);
    const clientNonce = formulas.random(32);
    this.boot += 1n;
    const mode = device.info.binding;
    const binding = this.binding(device, mode);
    const { relayKey, nonce } = device;
    const mailbox = this.keys.mailbox;
    const answer = await device.ask(
      "login",
      {
        mailbox,
        client_nonce: clientNonce,
        mode,
        boot: this.boot,
        signature: this.keys.signing.sign(
          formulas.login(relayKey, nonce, clientNonce, mode, binding, this.boot, mailbox),
        ),
        cursor: this.cursor,
        head: chain.head(this.tip),
        protocol: 1,
      },
      "logged_in",
    );
    const transcript = formulas.loginAnswer(clientNonce, nonce, mailbox, this.boot);
    if (!verify(relayKey, transcript, answer.signature)) throw new Error("the relay's signature at login");
    device.checkpoint(answer.checkpoint);
    this.device = device;
    if (answer.generation !== this.keys.generation || answer.generation === 0n) {
      await device.ask("publish_keys", this.keys.publication(), "done");
    }
    // A new device does not know the account's secrets yet: its sibling has let it in.
    const slots = this.delivery && encode("wire.SetSlots", this.slots());
    if (slots && !formulas.H(slots).equals(answer.slots_digest)) await device.ask("set_slots", this.slots(), "done");
  }

  binding(device, mode) {
    if (mode === 0 && device.loopback) return Buffer.alloc(32);
    if (mode === 2 && new URL(device.url).hostname === device.info.host) return formulas.hostBinding(device.info.host);
    throw new Error("a login cannot be bound to this connection");
  }

  slots() {
    const slot = (delivery, lane) => ({
      id: delivery.slot,
      lane,
      read_key: formulas.readKey(delivery.secret, this.account, delivery.version),
      keys: [...this.tip.active.values()].map(({ mailbox }) => ({
        mailbox,
        key: formulas.mailboxKey(delivery.secret, mailbox, delivery.version),
      })),
    });
    const version = (BigInt(this.tip.epoch) << 44n) | (BigInt(this.tip.seq) << 32n) | 1n;
    return { version, slots: [slot(this.delivery, LANE.CONTACTS), slot(this.invitation, LANE.LINKS)] };
  }
}
