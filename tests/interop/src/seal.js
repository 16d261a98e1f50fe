// Envelopes: what goes around a ratchet message (section 7), and what is looked at before one is opened (section 8).
import {
  CiphertextMessage,
  CiphertextMessageType,
  ContentHint,
  PlaintextContent,
  PreKeySignalMessage,
  SenderCertificate,
  SignalMessage,
  UnidentifiedSenderMessageContent,
  sealedSenderDecryptToUsmc,
  sealedSenderEncrypt,
  signalDecrypt,
  signalDecryptPreKey,
  signalEncrypt,
} from "@signalapp/libsignal-client";
import protobuf from "protobufjs";
import { identityKeyHolds } from "./curves.js";
import * as formulas from "./formulas.js";
import { addressOf } from "./keys.js";
import { decode } from "./schema.js";

export const Type = CiphertextMessageType;
const plain = (bytes) => Uint8Array.from(bytes);

// Seals a ratchet message for a device. `header` is an encoded SealedHeader.
export async function seal(keys, device, message, header, spoiled = false) {
  const raw = formulas.certificate(keys.mailbox, Buffer.from(keys.identity.serialize()));
  const length = formulas.groupIdLength(raw.length, message.serialize().length, header.length);
  if (length === null) throw new Error("too large");
  const inner = UnidentifiedSenderMessageContent.new(
    message,
    SenderCertificate.deserialize(plain(raw)),
    ContentHint.Default,
    plain(formulas.groupId(header, length)),
  );
  const content = spoiled ? damaged(inner, message) : inner;
  const sealed = Buffer.from(await sealedSenderEncrypt(content, addressOf(device.mailbox), keys.identities));
  if (!formulas.CLASSES.includes(sealed.length)) throw new Error(`sealed to ${sealed.length} bytes`);
  return sealed;
}

// The same, but the last byte of the ratchet message, of its MAC, is another one.
function damaged(inner, message) {
  const raw = Buffer.from(inner.serialize());
  const contents = Buffer.from(message.serialize());
  const at = raw.indexOf(contents) + contents.length - 1;
  raw[at] ^= 1;
  return UnidentifiedSenderMessageContent.deserialize(plain(raw));
}

export const encrypt = (keys, device, plaintext) =>
  signalEncrypt(plain(plaintext), addressOf(device.mailbox), keys.address, keys.sessions, keys.identities);

export const retryMessage = (request) =>
  CiphertextMessage.from(PlaintextContent.deserialize(plain(formulas.bytes(Buffer.from([0xc0]), request, Buffer.from([0x80])))));

// Opens the seal and reads the header; refuses what the protocol refuses before the ratchet.
export async function unseal(keys, sealed) {
  if (!formulas.CLASSES.includes(sealed.length)) throw new Error("no size class");
  if (sealed[0] !== 0x11) throw new Error("not sealed sender 1");
  const inner = await sealedSenderDecryptToUsmc(plain(sealed), keys.identities);
  const certificate = inner.senderCertificate();
  const group = Buffer.from(inner.groupId() ?? []);
  if (group.length < 4) throw new Error("no header");
  const n = group.readUInt32BE();
  if (n > group.length - 4 || group.subarray(4 + n).some((byte) => byte !== 0)) throw new Error("padding");
  const header = decode("content.SealedHeader", group.subarray(4, 4 + n));
  if (header.version !== 1) throw new Error("header");
  const uuid = certificate.senderUuid();
  const mailbox = Buffer.from(uuid.replaceAll("-", ""), "hex");
  const identity = Buffer.from(certificate.key().serialize());
  if (formulas.uuid(mailbox) !== uuid || certificate.senderDeviceId() !== 1 || certificate.senderE164() !== null) {
    throw new Error("certificate");
  }
  if (mailbox.equals(keys.mailbox) || !identityKeyHolds(identity)) throw new Error("sender");
  if (![Type.Whisper, Type.PreKey, Type.Plaintext].includes(inner.msgType())) throw new Error("type");
  return { header, mailbox, identity, type: inner.msgType(), contents: Buffer.from(inner.contents()) };
}

// Through the ratchet: an encoded Plaintext.
export async function open(keys, { mailbox, type, contents }) {
  if (contents[0] !== 0x44) throw new Error("version of the ratchet message");
  const from = addressOf(mailbox);
  const { address, sessions, identities, oneTime, signed, kem } = keys;
  if (type === Type.Whisper) {
    return Buffer.from(await signalDecrypt(SignalMessage.deserialize(plain(contents)), from, address, sessions, identities));
  }
  const first = PreKeySignalMessage.deserialize(plain(contents));
  if (first.registrationId() !== 1) throw new Error("registration id");
  return Buffer.from(await signalDecryptPreKey(first, from, address, sessions, identities, oneTime, signed, kem));
}

export function retryRequest(contents) {
  if (contents[0] !== 0xc0 || contents.at(-1) !== 0x80) throw new Error("not a retry request");
  return decode("content.RetryRequest", contents.subarray(1, -1));
}

// The sender's ratchet key in a ratchet message; empty if there is none to be found.
export function ratchetKey({ type, contents }) {
  try {
    const whisper = type === Type.PreKey ? field(contents.subarray(1), 4) : contents;
    return field(whisper.subarray(1, -8), 1);
  } catch {
    return Buffer.alloc(0);
  }
}

// The first field of this number in a protobuf message, which must be bytes.
function field(message, number) {
  const reader = protobuf.Reader.create(message);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === ((number << 3) | 2)) return Buffer.from(reader.bytes());
    reader.skipType(tag & 7);
  }
  throw new Error(`no field ${number}`);
}
