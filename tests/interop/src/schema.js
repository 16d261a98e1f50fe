// The messages of the two .proto files, in the encoding that the protocol calls canonical.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const WIRE = join(ROOT, "core/wire/proto/wire.proto");
const CONTENT = join(ROOT, "core/content/proto/content.proto");

const root = new protobuf.Root();
root.resolvePath = (_, target) => (target === "wire.proto" ? WIRE : target);
root.loadSync([WIRE, CONTENT], { keepCase: true }).resolveAll();

const { Long } = protobuf.util;

function typeOf(name) {
  const [file, ...rest] = name.split(".");
  return root.lookupType(`sotto.${file}.v1.${rest.join(".")}`);
}

const isDefault = (value) =>
  value === 0 ||
  value === 0n ||
  value === false ||
  value === "" ||
  (value instanceof Uint8Array && value.length === 0);

const scalar = (value) => (typeof value === "bigint" ? Long.fromString(value.toString(), true) : value);

function stripped(type, fields) {
  const known = new Set(type.fieldsArray.map((field) => field.name));
  const out = {};
  for (const [name, value] of Object.entries(fields)) {
    if (!known.has(name)) {
      if (type.oneofs?.[name]) continue;
      throw new Error(`${type.name} has no ${name}`);
    }
    const field = type.fields[name];
    if (value === null || value === undefined) continue;
    const inner = field.resolvedType instanceof protobuf.Type ? field.resolvedType : null;
    const one = (item) => (inner ? stripped(inner, item) : scalar(item));
    if (field.repeated) {
      if (value.length > 0) out[name] = value.map(one);
    } else if (inner || field.partOf || !isDefault(value)) {
      out[name] = one(value);
    }
  }
  return out;
}

// Canonical bytes: fields ascending, defaults omitted. `name` is "wire.Put", "content.Text".
export function encode(name, fields) {
  const type = typeOf(name);
  return Buffer.from(type.encode(type.fromObject(stripped(type, fields))).finish());
}

// An object with every field; 64-bit numbers are BigInt; an absent message is null; a oneof's name holds
// the name of the member that is set. Throws for bytes that do not decode.
export function decode(name, bytes) {
  const type = typeOf(name);
  const options = { longs: BigInt, bytes: Buffer, defaults: true, arrays: true, oneofs: true };
  return type.toObject(type.decode(bytes), options);
}

export const enumOf = (name) => {
  const [file, ...rest] = name.split(".");
  return root.lookupEnum(`sotto.${file}.v1.${rest.join(".")}`).values;
};
