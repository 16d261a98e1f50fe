// Founding a session from a bundle, after everything in it was checked (section 6).
import { KEMPublicKey, PreKeyBundle, PublicKey, processPreKeyBundle } from "@signalapp/libsignal-client";
import { identityKeyHolds, verify } from "./curves.js";
import * as formulas from "./formulas.js";
import { addressOf } from "./keys.js";

const plain = (bytes) => Uint8Array.from(bytes);

// `device` is as the verified chain names it, `least` the highest generation seen of it. Returns the bundle's.
export async function found(own, device, bundle, least) {
  const { keys, one_time: oneTime, one_time_kem: oneTimeKem } = bundle;
  if (!bundle.mailbox.equals(device.mailbox)) throw new Error("the bundle of another device");
  if (!verify(device.signing, formulas.bundle(device.mailbox, keys), keys.signature)) throw new Error("bundle signature");
  if (keys.generation < least) throw new Error("an older generation");
  for (const key of [keys.signed_key, ...(oneTime ? [oneTime.key] : [])]) {
    if (!identityKeyHolds(key)) throw new Error("a pre-key that is none");
  }
  const kem = oneTimeKem ?? {
    id: keys.last_resort_id,
    key: keys.last_resort_key,
    signature: keys.last_resort_signature,
  };
  const all = PreKeyBundle.new(
    1,
    1,
    oneTime?.id ?? null,
    oneTime ? PublicKey.deserialize(plain(oneTime.key)) : null,
    keys.signed_id,
    PublicKey.deserialize(plain(keys.signed_key)),
    plain(keys.signed_signature),
    PublicKey.deserialize(plain(device.identity)),
    kem.id,
    KEMPublicKey.deserialize(plain(kem.key)),
    plain(kem.signature),
  );
  await processPreKeyBundle(all, addressOf(device.mailbox), own.address, own.sessions, own.identities);
  return keys.generation;
}
