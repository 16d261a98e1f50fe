// Other accounts: links, chains, the way to reach them (sections 3, 6, 11).
import { PublicKey } from "@signalapp/libsignal-client";
import { Account, hex, plain, unknown } from "./account.js";
import * as chain from "./chain.js";
import * as formulas from "./formulas.js";
import { addressOf } from "./keys.js";
import { Connection } from "./relay.js";
import { decode, encode } from "./schema.js";

export class Contacts extends Account {
  link() {
    const { slot, secret } = this.invitation;
    return formulas.link(
      "c",
      encode("content.ContactLink", {
        version: 1,
        relay: this.home.url,
        relay_key: this.home.relay_key,
        account: this.account,
        head: chain.head(this.tip),
        name: this.name,
        slot,
        token: secret,
      }),
    );
  }

  // Takes somebody's link: reads and verifies the chain, which must hold the link's head.
  async add(text) {
    const { kind, message } = formulas.readLink(text);
    if (kind !== "c") throw new Error("not a contact's link");
    const link = decode("content.ContactLink", message);
    if (link.version !== 1) throw new Error("a link of another version");
    const contact = this.contact(link.account);
    Object.assign(contact, {
      name: link.name,
      accepted: true,
      delivery: { slot: link.slot, version: 0n, secret: link.token },
      home: { url: link.relay, relay_key: link.relay_key },
      named: link.head,
    });
    await this.fetchChain(contact);
    return contact;
  }

  // Asks to become a device of the account that an invitation is of; returns the request, as a link.
  async join(text) {
    const { kind, message } = formulas.readLink(text);
    if (kind !== "i") throw new Error("not an invitation");
    const { version, account, relay, relay_key: relayKey, head, slot, token } = decode("content.DeviceInvitation", message);
    if (version !== 1) throw new Error("an invitation of another version");
    Object.assign(this, { delivery: null, invitation: null, home: { url: relay, relay_key: relayKey } });
    Object.assign(this.self, {
      account,
      delivery: { slot, version: 0n, secret: token },
      home: this.home,
      named: head,
    });
    await this.fetchChain(this.self);
    const device = this.proven(account);
    return formulas.link("d", encode("content.DeviceRequest", { version: 1, account, device }));
  }

  // Looks whether the request was granted, and logs in.
  async joined() {
    await this.fetchChain(this.self);
    if (!this.tip.active.has(hex(this.keys.mailbox))) throw new Error("not on the chain");
    [this.home] = this.tip.homes;
    await this.login();
  }

  contact(account) {
    const key = hex(account);
    if (account.equals(this.account)) return this.self;
    if (!this.contacts.has(key)) {
      this.contacts.set(key, { ...unknown(), account });
    }
    return this.contacts.get(key);
  }

  byName(name) {
    const found = [...this.contacts.values()].find((contact) => contact.name === name);
    if (!found) throw new Error(`no contact ${name}`);
    return found;
  }

  // An anonymous connection to a home of the account, as its chain says, or else its link.
  async to(contact) {
    if (contact.own && this.device) return this.device;
    const [home = contact.home] = contact.states?.at(-1).homes ?? [];
    const known = this.anonymous.get(home.url);
    if (known && !known.ended) return known;
    const connection = await Connection.open(home.url, "/v1/anonymous", home.relay_key);
    this.anonymous.set(home.url, connection);
    return connection;
  }

  async fetchChain(contact) {
    const since = contact.states ? chain.head(contact.states.at(-1)) : null;
    const ask = { account: contact.account, since };
    const connection = contact.delivery ? await this.to(contact) : this.device;
    if (connection !== this.device) ask.credential = connection.credential(contact.delivery, 1, contact.account);
    const answer = await connection.ask("get_chain", ask, "chain");
    connection.checkpoint(answer.checkpoint);
    this.learn(contact, answer.statements, answer.from_genesis);
    const { named } = contact;
    if (named && !contact.states.some((state) => chain.sameHead(state, named))) {
      contact.states = null;
      throw new Error("the chain lacks the head that the link names");
    }
  }

  // Takes over statements of somebody's chain; returns the outcome.
  learn(contact, statements, whole) {
    if (contact.states === null) {
      if (statements.length === 0) return "longer";
      const states = chain.verifyLine(statements);
      if (!states[0].account.equals(contact.account)) throw new Error("the chain of another account");
      contact.states = states;
    } else {
      const { outcome, states } = chain.extend(contact.states, statements, whole);
      if (outcome === "fork" || outcome === "update needed") contact.frozen = outcome;
      if (outcome !== "longer") return outcome;
      if (states.at(-1).epoch > contact.states.at(-1).epoch) contact.frozen = null;
      contact.states = states;
    }
    for (const device of contact.states.at(-1).proven.values()) {
      const address = addressOf(device.mailbox);
      this.keys.identities.known.set(
        `${address.name()}.${address.deviceId()}`,
        PublicKey.deserialize(plain(device.identity)),
      );
    }
    return "longer";
  }
}
