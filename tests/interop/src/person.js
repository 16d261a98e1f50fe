// Receiving, and asking again for what could not be read (section 8).
import { PublicKey } from "@signalapp/libsignal-client";
import { LANE, hex, plain } from "./account.js";
import * as chain from "./chain.js";
import * as formulas from "./formulas.js";
import { addressOf } from "./keys.js";
import { decode, encode } from "./schema.js";
import * as envelopes from "./seal.js";
import { Sender } from "./sender.js";

const REGISTER = { CONTACT: 1, PROFILE: 2, DELIVERY: 3 };
const ACCEPTED = 2;
const REASON = { NO_SESSION: 1, INVALID: 2, ROLLED_BACK: 3, MISSING: 4 };

export class Person extends Sender {
  registers = new Map();

  // Reads deliveries until nothing waits; what came is in `events`.
  async drain() {
    for (;;) {
      const mail = await this.device.nextMail();
      if (mail.kind === "queue_empty") return;
      await this.accept(mail);
    }
  }

  // The next event of this kind; reads as long as it takes.
  async event(kind) {
    for (;;) {
      const at = this.events.findIndex((event) => event.event === kind);
      if (at >= 0) return this.events.splice(at, 1)[0];
      const mail = await this.device.nextMail();
      if (mail.kind === "delivery") await this.accept(mail);
    }
  }

  async accept({ incarnation, envelopes: all }) {
    for (const envelope of all) {
      try {
        await this.receive(envelope);
      } catch (error) {
        this.events.push({ event: "dropped", why: error.message });
      }
    }
    const seq = all.map((envelope) => envelope.seq).reduce((high, one) => (one > high ? one : high), 0n);
    if (seq === 0n || this.deaf) return;
    this.cursor = { incarnation, seq };
    this.device.tell("ack", { seq });
  }

  async receive({ id, sealed, lane }) {
    const hash = hex(formulas.H(sealed));
    if (this.seen.has(hash)) return void this.events.push({ event: "duplicate" });
    if (this.loseNext) {
      this.loseNext = false;
      return void this.events.push({ event: "lost" });
    }
    const inner = await envelopes.unseal(this.keys, sealed);
    if ((lane === LANE.SIBLINGS) !== inner.header.account.equals(this.account)) throw new Error("the wrong lane");
    const contact = this.contact(inner.header.account);
    await this.learnHeader(contact, inner.header);
    const device = contact.states.at(-1).active.get(hex(inner.mailbox));
    if (!device || !device.identity.equals(inner.identity)) throw new Error("not a device of the account");
    this.seen.add(hash);
    if (inner.header.peer_head) {
      const theirs = this.states.findIndex((state) => chain.sameHead(state, inner.header.peer_head));
      contact.known = Math.max(contact.known, theirs);
    }
    if (inner.type === envelopes.Type.Plaintext) return void (await this.answer(contact, device, inner.contents));
    let plaintext;
    try {
      plaintext = decode("content.Plaintext", await envelopes.open(this.keys, inner));
    } catch (error) {
      this.events.push({ event: "unreadable", why: error.message });
      if (contact.accepted) await this.askAgain(contact, device, id, inner);
      return;
    }
    this.check(contact, device, plaintext.binding);
    await this.apply(contact, device, plaintext);
  }

  async learnHeader(contact, header) {
    if (header.suffix.length > 0) this.learn(contact, header.suffix, false);
    const behind = () => {
      const tip = contact.states?.at(-1);
      return !tip || header.head.epoch > tip.epoch || (header.head.epoch === tip.epoch && header.head.seq > tip.seq);
    };
    if (behind()) await this.fetchChain(contact);
    if (behind()) throw new Error("the head is not known");
  }

  check(contact, device, binding) {
    const right =
      binding.sender_account.equals(contact.account) &&
      binding.sender_mailbox.equals(device.mailbox) &&
      binding.recipient_account.equals(this.account) &&
      binding.recipient_mailbox.equals(this.keys.mailbox) &&
      binding.group === null &&
      binding.incarnation.length === 8 &&
      binding.message_id.length === 16;
    if (!right) throw new Error("a binding of something else");
  }

  async apply(contact, device, { binding, content: raw }) {
    const once = hex(contact.account) + hex(binding.message_id);
    if (this.applied.has(once)) return void this.events.push({ event: "again" });
    this.applied.add(once);
    const content = decode("content.Content", raw);
    const from = { account: hex(contact.account), name: contact.name, device: hex(device.mailbox) };
    const said = { event: content.kind ?? "unknown", from, id: hex(binding.message_id), answers: hex(content.answers) };
    if (contact.own) this.fromSibling(content, said);
    else if (content.kind === "text") {
      said.text = content.text.body;
      said.gap = this.place(contact, device, content.order);
      if (contact.accepted) await this.sendReceipt(contact, binding.message_id);
    } else if (content.kind === "card" && content.card.version > contact.card) {
      contact.card = content.card.version;
      contact.name ??= content.card.name;
      if (content.card.delivery) contact.delivery = content.card.delivery;
      said.name = content.card.name;
    } else if (content.kind === "receipt") {
      said.messages = content.receipt.messages.map(hex);
    }
    if (content.kind === "chain_push" && content.chain_push.account.equals(contact.account)) {
      said.outcome = this.learn(contact, content.chain_push.statements, content.chain_push.from_genesis);
    }
    this.events.push(said);
  }

  // What only own devices say: what they sent to others, and the state that they share (section 10).
  fromSibling(content, said) {
    if (content.kind === "transcript") {
      const inner = decode("content.Content", content.transcript.content);
      Object.assign(said, { to: hex(content.transcript.account), id: hex(content.transcript.message_id) });
      said.text = inner.text?.body;
    } else if (content.kind === "registers") {
      said.kinds = content.registers.registers.map((register) => register.kind);
      for (const register of content.registers.registers) this.takeRegister(register);
    }
  }

  takeRegister({ kind, key, version, device, value }) {
    const place = `${kind} ${hex(key)}`;
    const [known, by] = this.registers.get(place) ?? [0n, Buffer.alloc(16)];
    if (version < known || (version === known && Buffer.compare(device, by) <= 0)) return;
    this.registers.set(place, [version, device]);
    if (kind === REGISTER.DELIVERY) this.delivery = decode("content.DeliveryKey", value);
    if (kind === REGISTER.PROFILE) this.name = decode("content.Profile", value).name;
    if (kind !== REGISTER.CONTACT) return;
    const state = decode("content.ContactState", value);
    const contact = this.contact(key);
    Object.assign(contact, { name: state.name || state.profile_name, accepted: state.standing === ACCEPTED });
    contact.delivery ??= state.delivery;
    [contact.home] = state.homes;
  }

  // The counters that were left out before this one in its stream, as [first, last]; null if none were.
  place(contact, device, order) {
    const key = `${hex(device.mailbox)} ${hex(order.incarnation)}`;
    const last = contact.streams.get(key);
    contact.streams.set(key, last && last > order.counter ? last : order.counter);
    if (last === undefined || order.counter <= last + 1n) return null;
    contact.missing = {
      conversation: order.conversation,
      incarnation: order.incarnation,
      first: last + 1n,
      last: order.counter - 1n,
      message_id: order.prev,
      device,
    };
    return [Number(last + 1n), Number(order.counter - 1n)];
  }

  async request(contact, device, fields) {
    const request = encode("content.RetryRequest", {
      binding: this.bindingTo(contact, device, formulas.random(16)),
      ...fields,
    });
    const item = await this.sealed(contact, device, envelopes.retryMessage(request));
    if (!(await this.put(contact, [item], false))) throw new Error("stale head");
  }

  async askAgain(contact, device, envelope, inner) {
    const session = await this.keys.sessions.getSession(addressOf(device.mailbox));
    const reason = session ? REASON.INVALID : REASON.NO_SESSION;
    await this.request(contact, device, { envelope, reason, ratchet_key: envelopes.ratchetKey(inner) });
  }

  // Asks for the places that were left out in a contact's stream.
  async askForMissing(contact) {
    const { device, ...missing } = contact.missing;
    await this.request(contact, device, { reason: REASON.MISSING, missing });
  }

  async answer(contact, device, contents) {
    const request = envelopes.retryRequest(contents);
    this.check(contact, device, request.binding);
    this.events.push({ event: "retry", reason: request.reason, missing: request.missing && Number(request.missing.first) });
    if (!contact.accepted) return;
    const asked = this.sent.get(hex(request.envelope));
    if (request.reason === REASON.MISSING) {
      await this.answerMissing(contact, device, request.missing);
    } else if (asked && asked.mailbox.equals(device.mailbox)) {
      const address = addressOf(device.mailbox);
      const session = await this.keys.sessions.getSession(address);
      const key = request.ratchet_key;
      if (session && key.length === 33 && session.currentRatchetKeyMatches(PublicKey.deserialize(plain(key)))) {
        this.keys.sessions.map.delete(`${address.name()}.1`);
      }
      const content = encode("content.Content", { ...decode("content.Content", asked.content), answers: request.envelope });
      await this.deliver(contact, asked.messageId, content, { only: device.mailbox });
    }
  }

  // Nothing is kept here of counters that were left out on purpose: they are void.
  async answerMissing(contact, device, missing) {
    for (let counter = missing.first; counter <= missing.last; counter += 1n) {
      const { conversation, incarnation } = missing;
      const content = encode("content.Content", { void: { incarnation, conversation, counter } });
      await this.deliver(contact, formulas.random(16), content, { only: device.mailbox });
    }
  }

  close() {
    this.device?.close();
    for (const connection of this.anonymous.values()) connection.close();
  }
}
