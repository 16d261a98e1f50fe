// Ed25519 as the protocol wants it verified, and which keys are keys (section 1).
import * as crypto from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";

const P = 2n ** 255n - 19n;
const PUBLIC = Buffer.from("302a300506032b6570032100", "hex");
const PRIVATE = Buffer.from("302e020100300506032b657004220420", "hex");

const little = (bytes) => BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);

function point(bytes) {
  try {
    return ed25519.Point.fromBytes(Uint8Array.from(bytes), false);
  } catch {
    return null;
  }
}

function sound(bytes) {
  const found = bytes.length === 32 ? point(bytes) : null;
  return found !== null && !found.isSmallOrder();
}

// An Ed25519 key that a chain may name: canonical, not of small order.
export const signingKeyHolds = sound;

export function verify(key, message, signature) {
  if (!sound(key) || signature.length !== 64 || !sound(signature.subarray(0, 32))) return false;
  const der = Buffer.concat([PUBLIC, key]);
  // OpenSSL's equation has no cofactor, and it compares the encoding of R.
  const object = crypto.createPublicKey({ key: der, format: "der", type: "spki" });
  return crypto.verify(null, message, object, signature);
}

export class SigningKey {
  constructor(seed = crypto.randomBytes(32)) {
    const der = Buffer.concat([PRIVATE, seed]);
    this.private = crypto.createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    this.public = crypto.createPublicKey(this.private).export({ format: "der", type: "spki" }).subarray(12);
  }

  sign(message) {
    return crypto.sign(null, message, this.private);
  }
}

function inverse(value) {
  let [result, base] = [1n, value % P];
  for (let power = P - 2n; power > 0n; power >>= 1n) {
    if (power & 1n) result = (result * base) % P;
    base = (base * base) % P;
  }
  return result;
}

// A key that founds a session: canonical, on the curve, in the prime-order subgroup.
export function identityKeyHolds(key) {
  if (key.length !== 33 || key[0] !== 5) return false;
  const u = little(key.subarray(1));
  if (u >= P || u === P - 1n) return false;
  const y = ((u - 1n + P) * inverse(u + 1n)) % P;
  const bytes = Buffer.from(y.toString(16).padStart(64, "0"), "hex").reverse();
  const found = point(bytes);
  return found !== null && !found.isSmallOrder() && found.isTorsionFree();
}

const E8 = [
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
];
const LOW = new Set([0n, 1n, P - 1n, ...E8]);

// A key inside a session or of a seal: below the prime, none of low order.
export function ratchetKeyHolds(key) {
  if (key.length !== 33 || key[0] !== 5) return false;
  const u = little(key.subarray(1));
  return u < P && !LOW.has(u);
}
