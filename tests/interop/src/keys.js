// A device's keys and what Signal's library stores, in memory.
import {
  IdentityKeyStore,
  KEMKeyPair,
  KyberPreKeyRecord,
  KyberPreKeyStore,
  PreKeyRecord,
  PreKeyStore,
  PrivateKey,
  ProtocolAddress,
  SessionStore,
  SignedPreKeyRecord,
  SignedPreKeyStore,
} from "@signalapp/libsignal-client";
import { SigningKey } from "./curves.js";
import * as formulas from "./formulas.js";

const named = (address) => `${address.name()}.${address.deviceId()}`;

class Sessions extends SessionStore {
  map = new Map();
  async saveSession(address, record) {
    this.map.set(named(address), record);
  }
  async getSession(address) {
    return this.map.get(named(address)) ?? null;
  }
  async getExistingSessions(addresses) {
    return addresses.map((address) => this.map.get(named(address)));
  }
}

class Identities extends IdentityKeyStore {
  known = new Map();
  constructor(key) {
    super();
    this.key = key;
  }
  async getIdentityKey() {
    return this.key;
  }
  async getLocalRegistrationId() {
    return 1;
  }
  // What the chains say decides; nothing is trusted on first use.
  async saveIdentity() {
    return 0;
  }
  async isTrustedIdentity(address, key) {
    return this.known.get(named(address))?.equals(key) ?? false;
  }
  async getIdentity(address) {
    return this.known.get(named(address)) ?? null;
  }
}

class Records {
  map = new Map();
  put(id, record) {
    this.map.set(id, record);
  }
  get(id) {
    const record = this.map.get(id);
    if (!record) throw new Error(`no key ${id}`);
    return record;
  }
}

class OneTime extends PreKeyStore {
  records = new Records();
  async savePreKey(id, record) {
    this.records.put(id, record);
  }
  async getPreKey(id) {
    return this.records.get(id);
  }
  async removePreKey(id) {
    this.records.map.delete(id);
  }
}

class Signed extends SignedPreKeyStore {
  records = new Records();
  async saveSignedPreKey(id, record) {
    this.records.put(id, record);
  }
  async getSignedPreKey(id) {
    return this.records.get(id);
  }
}

class Kem extends KyberPreKeyStore {
  records = new Records();
  lastResort = new Set();
  used = new Set();
  async saveKyberPreKey(id, record) {
    this.records.put(id, record);
  }
  async getKyberPreKey(id) {
    return this.records.get(id);
  }
  async markKyberPreKeyUsed(id, _, baseKey) {
    if (!this.lastResort.has(id)) {
      this.records.map.delete(id);
      return;
    }
    const use = baseKey.serialize().toString();
    if (this.used.has(use)) throw new Error("a base key came twice");
    this.used.add(use);
  }
}

export const addressOf = (box) => ProtocolAddress.new(formulas.uuid(box), 1);

export class DeviceKeys {
  signing = new SigningKey();
  identityPrivate = PrivateKey.generate();
  nextId = 1;
  generation = 0n;

  constructor() {
    this.identity = this.identityPrivate.getPublicKey();
    this.mailbox = formulas.mailbox(this.signing.public, Buffer.from(this.identity.serialize()));
    this.address = addressOf(this.mailbox);
    this.sessions = new Sessions();
    this.identities = new Identities(this.identityPrivate);
    Object.assign(this, { oneTime: new OneTime(), signed: new Signed(), kem: new Kem() });
  }

  id() {
    return this.nextId++;
  }

  identitySignature(message) {
    return Buffer.from(this.identityPrivate.sign(Uint8Array.from(message)));
  }

  ec() {
    const key = PrivateKey.generate();
    const id = this.id();
    this.oneTime.records.put(id, PreKeyRecord.new(id, key.getPublicKey(), key));
    return { id, key: Buffer.from(key.getPublicKey().serialize()) };
  }

  kemKey(lastResort = false) {
    const pair = KEMKeyPair.generate();
    const id = this.id();
    const key = Buffer.from(pair.getPublicKey().serialize());
    const signature = this.identitySignature(key);
    this.kem.records.put(id, KyberPreKeyRecord.new(id, Date.now(), pair, Uint8Array.from(signature)));
    if (lastResort) this.kem.lastResort.add(id);
    return { id, key, signature };
  }

  // A whole PublishKeys with a new generation.
  publication(ec = 100, kem = 20) {
    const key = PrivateKey.generate();
    const id = this.id();
    const signedKey = Buffer.from(key.getPublicKey().serialize());
    const signature = this.identitySignature(signedKey);
    this.signed.records.put(
      id,
      SignedPreKeyRecord.new(id, Date.now(), key.getPublicKey(), key, Uint8Array.from(signature)),
    );
    const last = this.kemKey(true);
    this.generation += 1n;
    const keys = {
      generation: this.generation,
      signed_id: id,
      signed_key: signedKey,
      signed_signature: signature,
      last_resort_id: last.id,
      last_resort_key: last.key,
      last_resort_signature: last.signature,
    };
    keys.signature = this.signing.sign(formulas.bundle(this.mailbox, keys));
    const many = (n, make) => Array.from({ length: n }, make);
    return {
      keys,
      one_time: many(ec, () => this.ec()),
      one_time_kem: many(kem, () => this.kemKey()),
      replace: true,
    };
  }
}
