// The formulas of the protocol: bytes in, bytes out. The sections are those of docs/protocol.md.
import * as crypto from "node:crypto";

const join = (parts) => Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));

export const bytes = (...parts) => join(parts);
export const H = (...parts) => crypto.createHash("sha256").update(join(parts)).digest();
export const MAC = (key, ...parts) => crypto.createHmac("sha256", key).update(join(parts)).digest();
export const KDF = (key, ...info) => Buffer.from(crypto.hkdfSync("sha256", key, Buffer.alloc(0), join(info), 32));
export const random = (n) => crypto.randomBytes(n);

export const u8 = (n) => Buffer.from([n]);
export function u32(n) {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(n);
  return out;
}
export function u64(n) {
  const out = Buffer.alloc(8);
  out.writeBigUInt64BE(BigInt(n));
  return out;
}

// 1, names and keys

export function mailbox(signingKey, identityKey) {
  const box = H("sotto/mailbox/v1", signingKey, identityKey).subarray(0, 16);
  box[6] = (box[6] & 0x0f) | 0x80;
  box[8] = (box[8] & 0x3f) | 0x80;
  return Buffer.from(box);
}

export function uuid(box) {
  const h = box.toString("hex");
  return [h.slice(0, 8), h.slice(8, 12), h.slice(12, 16), h.slice(16, 20), h.slice(20)].join("-");
}

export function conversation(one, other) {
  const [low, high] = [one, other].sort(Buffer.compare);
  return H("sotto/direct/v1", low, high);
}

export const recoverySeed = (seed) => KDF(seed, "sotto/recovery/sign/v1");

// Transcripts

export const statementHash = (body) => H("sotto/chain/v1", body);
export const statement = (hash) => bytes("sotto/chain-sig/v1", hash);
export const device = (account, entry) =>
  bytes("sotto/device/v1", account.length ? account : Buffer.alloc(32), entry);
export const identity = (account, entry) => bytes(Buffer.alloc(32, 0xff), device(account, entry));
export const registration = (relayKey, nonce, account, head) =>
  bytes("sotto/register/v1", relayKey, nonce, account, head);
export const login = (relayKey, nonce, clientNonce, mode, binding, boot, box) =>
  bytes("sotto/login/v1", relayKey, nonce, clientNonce, u8(mode), binding, u64(boot), box);
export const loginAnswer = (clientNonce, nonce, box, boot) =>
  bytes("sotto/login-answer/v1", clientNonce, nonce, box, u64(boot));
export const serverInfo = (info) => bytes("sotto/server-info/v1", info);
export const checkpoint = (raw) => bytes("sotto/checkpoint/v1", raw);
export const bundle = (box, keys) =>
  bytes(
    "sotto/bundle/v1",
    box,
    u32(keys.signed_id),
    keys.signed_key,
    u32(keys.last_resort_id),
    keys.last_resort_key,
    u64(keys.generation),
  );

// 5, logging in

export const hostBinding = (host) => H("sotto/host/v1", host);

// 6, delivery keys

export const mailboxKey = (secret, box, version) => KDF(secret, "sotto/delivery/v1", box, u64(version));
export const readKey = (secret, account, version) => KDF(secret, "sotto/read-key/v1", account, u64(version));
export const putTag = (key, relayKey, box, envelope, flags, sealed) =>
  MAC(key, "sotto/tag/v1", relayKey, box, envelope, u8(flags), H(sealed)).subarray(0, 16);
export const readTag = (key, relayKey, nonce, verb, account) =>
  MAC(key, "sotto/read/v1", relayKey, nonce, u8(verb), account).subarray(0, 16);

// 7, sealing

export const CLASSES = [1, 4, 16, 64, 256].map((kib) => kib * 1024);

function varint(n) {
  const out = [];
  for (; n > 0x7f; n >>>= 7) out.push((n & 0x7f) | 0x80);
  return Buffer.from([...out, n]);
}
const f = (n) => 1 + varint(n).length + n;
const sealed = (certificate, contents, group) => 81 + f(12 + f(certificate) + f(contents) + f(group));

// The length of the group id that fills a size class exactly; null where nothing fits.
export function groupIdLength(certificate, contents, header) {
  const least = 4 + header;
  for (const wanted of CLASSES) {
    const most = least + wanted - sealed(certificate, contents, least);
    for (let length = most; length >= Math.max(least, most - 16); length -= 1) {
      if (sealed(certificate, contents, length) === wanted) return length;
    }
  }
  return null;
}

export const groupId = (header, length) =>
  bytes(u32(header.length), header, Buffer.alloc(length - 4 - header.length));

const field = (number, wire, ...value) => bytes(varint((number << 3) | wire), ...value);
const prefixed = (value) => bytes(varint(value.length), value);

export function certificate(box, identityKey) {
  const inner = bytes(
    field(2, 0, u8(1)),
    field(3, 1, Buffer.alloc(8)),
    field(4, 2, prefixed(identityKey)),
    field(7, 2, prefixed(box)),
    field(8, 0, u8(0)),
  );
  return bytes(field(1, 2, prefixed(inner)), field(2, 2, prefixed(Buffer.alloc(0))));
}

// 8, order

export function tick(last, now) {
  const clock = BigInt(now) << 16n;
  return last + 1n > clock ? last + 1n : clock;
}

// 11, links

export function link(kind, message) {
  return `sotto:${kind}/${bytes(message, H(message).subarray(0, 4)).toString("base64url")}`;
}

export function readLink(text) {
  const found = /^sotto:([cid])\/([A-Za-z0-9_-]+)$/.exec(text.replace(/\s/g, ""));
  if (!found || text.length > 4096) throw new Error("not a link");
  const raw = Buffer.from(found[2], "base64url");
  const [message, check] = [raw.subarray(0, -4), raw.subarray(-4)];
  if (!H(message).subarray(0, 4).equals(check)) throw new Error("a damaged link");
  return { kind: found[1], message };
}
