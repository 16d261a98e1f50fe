// A connection to a relay (section 2): the greeting is checked, requests get their answers, mail comes in order.
import WebSocket from "ws";
import { verify } from "./curves.js";
import * as formulas from "./formulas.js";
import { decode, encode, enumOf } from "./schema.js";

const CODES = Object.fromEntries(
  Object.entries(enumOf("wire.ErrorCode")).map(([name, code]) => [code, name.replace("ERROR_CODE_", "")]),
);

// The relay's answer was an error; `code` is its name.
export class Denied extends Error {
  constructor(error) {
    super(`${CODES[error.code] ?? error.code}: ${error.text}`);
    this.code = CODES[error.code];
    this.error = error;
  }
}

function endpoint(url, path) {
  const address = new URL(url);
  const loopback = ["127.0.0.1", "[::1]", "localhost"].includes(address.hostname);
  const plain = ["http:", "ws:"].includes(address.protocol);
  if (plain && !loopback) throw new Error("plain text is for loopback only");
  return { to: `${plain ? "ws" : "wss"}://${address.host}${address.pathname.replace(/\/$/, "")}${path}`, loopback };
}

export class Connection {
  // `path` is "/v1/device" or "/v1/anonymous"; `relayKey` is the one expected, null for a first registration.
  static async open(url, path, relayKey) {
    const { to, loopback } = endpoint(url, path);
    const connection = new Connection(new WebSocket(to, { maxPayload: 4 << 20 }), url, loopback);
    await connection.greeting(relayKey);
    return connection;
  }

  constructor(socket, url, loopback) {
    Object.assign(this, { socket, url, loopback, next: 1n, waiting: new Map(), mail: [], listeners: [] });
    this.hello = new Promise((resolve, reject) => (this.greeted = { resolve, reject }));
    socket.on("message", (data, binary) => this.frame(data, binary));
    socket.on("error", (error) => this.end(error));
    socket.on("close", (code) => this.end(new Error(`closed with ${code}`)));
  }

  frame(data, binary) {
    if (!binary) return this.socket.close(4400);
    const frame = decode("wire.RelayFrame", data);
    const body = frame[frame.answer];
    if (frame.answer === "hello") return this.greeted.resolve(body);
    if (frame.request === 0n) {
      if (["delivery", "queue_empty"].includes(frame.answer)) this.mail.push({ kind: frame.answer, ...body });
      this.listeners.splice(0).forEach((wake) => wake());
      return undefined;
    }
    const asked = this.waiting.get(frame.request);
    this.waiting.delete(frame.request);
    if (frame.answer === "error") asked?.reject(new Denied(body));
    else asked?.resolve({ kind: frame.answer, ...body });
    return undefined;
  }

  end(error) {
    this.ended ??= error;
    this.greeted.reject(error);
    for (const asked of this.waiting.values()) asked.reject(error);
    this.waiting.clear();
    this.listeners.splice(0).forEach((wake) => wake());
  }

  async greeting(relayKey) {
    const hello = await this.hello;
    const info = decode("wire.ServerInfo", hello.info);
    const right = relayKey === null || info.relay_key.equals(relayKey);
    const signed = verify(info.relay_key, formulas.serverInfo(hello.info), hello.info_signature);
    if (!right || !signed || info.protocol_min > 1 || info.protocol_max < 1 || hello.nonce.length !== 32) {
      this.close();
      throw new Error("not the relay that was expected, or not its word, or another protocol");
    }
    Object.assign(this, { info, nonce: hello.nonce, relayKey: info.relay_key });
  }

  // Sends a verb and waits for its one answer, which must be of this kind.
  async ask(verb, fields, answer) {
    if (this.ended) throw this.ended;
    const request = this.next;
    this.next += 1n;
    const answered = new Promise((resolve, reject) => this.waiting.set(request, { resolve, reject }));
    this.socket.send(encode("wire.ClientFrame", { request, [verb]: fields }));
    const got = await answered;
    if (got.kind !== answer) throw new Error(`${verb} was answered by ${got.kind}`);
    return got;
  }

  tell(verb, fields) {
    this.socket.send(encode("wire.ClientFrame", { [verb]: fields }));
  }

  // The next delivery or queue_empty.
  async nextMail() {
    while (this.mail.length === 0) {
      if (this.ended) throw this.ended;
      await new Promise((resolve) => this.listeners.push(resolve));
    }
    return this.mail.shift();
  }

  // Leave to read another account's chain and keys over this connection. verb: 1 GetChain, 2 GetBundles.
  credential(delivery, verb, account) {
    const key = formulas.readKey(delivery.secret, account, delivery.version);
    return { slot: delivery.slot, tag: formulas.readTag(key, this.relayKey, this.nonce, verb, account) };
  }

  checkpoint(signed) {
    const said = decode("wire.Checkpoint", signed.checkpoint);
    const own = said.relay_key.equals(this.relayKey);
    if (!own || !verify(this.relayKey, formulas.checkpoint(signed.checkpoint), signed.signature)) {
      throw new Error("a checkpoint that does not hold");
    }
    return said;
  }

  close() {
    this.socket.close();
  }
}
