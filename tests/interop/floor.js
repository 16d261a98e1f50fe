// Signal's library alone, driven by lines: a verb and hexadecimal words in, one such word or "! why" out.
import { createInterface } from "node:readline";
import { PublicKey } from "@signalapp/libsignal-client";
import * as formulas from "./src/formulas.js";
import { DeviceKeys, addressOf } from "./src/keys.js";
import { decode, encode } from "./src/schema.js";
import * as envelopes from "./src/seal.js";
import { found } from "./src/session.js";

const keys = new DeviceKeys();
let other;

const VERBS = {
  signing: () => keys.signing.public,
  identity: () => Buffer.from(keys.identity.serialize()),
  meet: (signing, identity) => {
    other = { signing, identity, mailbox: formulas.mailbox(signing, identity) };
    keys.identities.known.set(`${addressOf(other.mailbox).name()}.1`, PublicKey.deserialize(Uint8Array.from(identity)));
  },
  publish: () => encode("wire.PublishKeys", keys.publication(3, 3)),
  start: async (bundle) => void (await found(keys, other, decode("wire.DeviceBundle", bundle), 1n)),
  forget: () => void keys.sessions.map.delete(`${addressOf(other.mailbox).name()}.1`),
  seal: async (text) => {
    const message = await envelopes.encrypt(keys, other, text ?? Buffer.alloc(0));
    const header = encode("content.SealedHeader", { version: 1, account: Buffer.alloc(32, 2) });
    return envelopes.seal(keys, other, message, header);
  },
  open: async (sealed) => {
    const inner = await envelopes.unseal(keys, sealed);
    if (!inner.mailbox.equals(other.mailbox) || !inner.identity.equals(other.identity)) throw new Error("a stranger");
    return envelopes.open(keys, inner);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [verb, ...words] = line.split(" ");
  let answer;
  try {
    answer = (await VERBS[verb](...words.map((word) => Buffer.from(word, "hex"))))?.toString("hex") ?? "";
  } catch (error) {
    answer = `! ${error.message}`;
  }
  process.stdout.write(`${answer}\n`);
}
