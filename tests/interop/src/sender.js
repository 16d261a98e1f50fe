// Sealing and putting (sections 6 and 7), and what is said.
import { hex } from "./account.js";
import * as chain from "./chain.js";
import { Contacts } from "./contacts.js";
import * as formulas from "./formulas.js";
import { addressOf } from "./keys.js";
import { Denied } from "./relay.js";
import { encode } from "./schema.js";
import * as envelopes from "./seal.js";
import { found } from "./session.js";

const DELIVERED = 1;
const URGENT = 2;

export class Sender extends Contacts {
  devices(contact) {
    if (!contact.states || contact.frozen) throw new Error("nothing may be sealed to this account");
    const devices = [...contact.states.at(-1).active.values()];
    return devices.filter(({ mailbox }) => !mailbox.equals(this.keys.mailbox));
  }

  async sessions(contact, devices) {
    const without = [];
    for (const device of devices) {
      const session = await this.keys.sessions.getSession(addressOf(device.mailbox));
      if (!session?.hasCurrentState()) without.push(device);
    }
    if (without.length === 0) return;
    const connection = await this.to(contact);
    const { bundles } = await connection.ask(
      "get_bundles",
      {
        account: contact.account,
        mailboxes: without.map(({ mailbox }) => mailbox),
        credential: contact.own ? null : connection.credential(contact.delivery, 2, contact.account),
      },
      "bundles",
    );
    for (const bundle of bundles) {
      const device = without.find(({ mailbox }) => mailbox.equals(bundle.mailbox));
      if (!device) throw new Error("a bundle that nobody asked for");
      const seen = contact.generations.get(hex(bundle.mailbox)) ?? 1n;
      contact.generations.set(hex(bundle.mailbox), await found(this.keys, device, bundle, seen));
    }
  }

  header(contact) {
    const raws = contact.own ? [] : this.states.slice(contact.known + 1).map((state) => state.raw);
    return encode("content.SealedHeader", {
      version: 1,
      account: this.account,
      head: chain.head(this.tip),
      peer_head: chain.head(contact.states.at(-1)),
      suffix: raws,
    });
  }

  bindingTo(contact, device, messageId) {
    return {
      sender_account: this.account,
      sender_mailbox: this.keys.mailbox,
      recipient_account: contact.account,
      recipient_mailbox: device.mailbox,
      incarnation: this.incarnation,
      message_id: messageId,
    };
  }

  // One item of a put: a content, encrypted and sealed for one device. `spoiled` damages it, for tests.
  async item(contact, device, messageId, content, spoiled) {
    const binding = this.bindingTo(contact, device, messageId);
    const plaintext = encode("content.Plaintext", { binding, content });
    const message = await envelopes.encrypt(this.keys, device, plaintext);
    const item = await this.sealed(contact, device, message, spoiled);
    this.sent.set(hex(item.envelope_id), { contact, messageId, content, mailbox: device.mailbox });
    return item;
  }

  async sealed(contact, device, message, spoiled = false) {
    return {
      mailbox: device.mailbox,
      envelope_id: formulas.random(16),
      header: await envelopes.seal(this.keys, device, message, this.header(contact), spoiled),
    };
  }

  tagged(connection, contact, item, flags) {
    if (contact.own) return item;
    const { slot, secret, version } = contact.delivery;
    const key = formulas.mailboxKey(secret, item.mailbox, version);
    const tag = formulas.putTag(key, connection.relayKey, item.mailbox, item.envelope_id, flags, item.header);
    return { ...item, slot, tag };
  }

  // Sends a content to all devices of a contact; seals for devices that came meanwhile.
  async deliver(contact, messageId, content, { urgent = false, spoiled = false, only = null } = {}) {
    const items = new Map();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const devices = this.devices(contact).filter(({ mailbox }) => !only || mailbox.equals(only));
      await this.sessions(contact, devices);
      for (const key of items.keys()) {
        if (!devices.some(({ mailbox }) => hex(mailbox) === key)) items.delete(key);
      }
      for (const device of devices) {
        const session = await this.keys.sessions.getSession(addressOf(device.mailbox));
        if (session && !items.has(hex(device.mailbox))) {
          items.set(hex(device.mailbox), await this.item(contact, device, messageId, content, spoiled));
        }
      }
      if (items.size === 0) return 0;
      if (await this.put(contact, [...items.values()], urgent)) {
        this.last = { contact, items: [...items.values()] };
        return items.size;
      }
    }
    throw new Error("the devices change faster than a put");
  }

  // False if the head was stale; the newer chain is known then.
  async put(contact, items, urgent) {
    const connection = await this.to(contact);
    const flags = urgent ? URGENT : 0;
    try {
      await connection.ask(
        "put",
        {
          account: contact.account,
          head: chain.head(contact.states.at(-1)),
          items: items.map((item) => this.tagged(connection, contact, item, flags)),
          urgent,
        },
        "put_accepted",
      );
      return true;
    } catch (error) {
      if (!(error instanceof Denied) || error.code !== "STALE_HEAD") throw error;
      this.learn(contact, error.error.chain.statements, error.error.chain.from_genesis);
      return false;
    }
  }

  say(contact, body, options = {}) {
    return this.durable(contact, { text: { body } }, options);
  }

  // What is done to an own message, or to one of the contact's.
  target(contact, id, own) {
    return { author: own ? this.account : contact.account, message_id: Buffer.from(id, "hex") };
  }

  // Says something that has a place in the conversation.
  async durable(contact, kind, options = {}) {
    await this.sendCard(contact);
    this.clock = formulas.tick(this.clock, Date.now());
    const messageId = formulas.random(16);
    const { stream } = contact;
    stream.counter += BigInt(1 + (options.skip ?? 0));
    const content = encode("content.Content", {
      order: {
        hlc: this.clock,
        sent_at: BigInt(Date.now()),
        counter: stream.counter,
        prev: stream.prev,
        conversation: formulas.conversation(this.account, contact.account),
        incarnation: this.incarnation,
      },
      ...kind,
    });
    stream.prev = messageId;
    const devices = await this.deliver(contact, messageId, content, { urgent: true, ...options });
    const { mailbox } = this.keys;
    const { account } = contact;
    const transcript = { account, message_id: messageId, content, sender_mailbox: mailbox, incarnation: this.incarnation };
    const siblings = await this.deliver(this.self, formulas.random(16), encode("content.Content", { transcript }));
    return { id: hex(messageId), devices, siblings };
  }

  // The same bytes again: under the same envelope ids, or under new ones.
  async repeat(renamed) {
    const { contact, items } = this.last;
    const again = items.map((item) => (renamed ? { ...item, envelope_id: formulas.random(16) } : item));
    await this.put(contact, again, true);
  }

  async sendCard(contact) {
    if (contact.carded || !contact.accepted || !this.delivery) return;
    contact.carded = true;
    const card = { version: 1n, name: this.name, delivery: this.delivery };
    await this.deliver(contact, formulas.random(16), encode("content.Content", { card }));
  }

  async sendReceipt(contact, messageId) {
    const receipt = { kind: DELIVERED, messages: [messageId] };
    await this.deliver(contact, formulas.random(16), encode("content.Content", { receipt }));
  }
}
