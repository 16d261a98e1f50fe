// A person, driven by lines of JSON: {"do": "register", …} in, {"ok": …} or {"error": …} out.
import { createInterface } from "node:readline";
import { Person } from "./src/person.js";
import { addressOf } from "./src/keys.js";

const person = new Person();

const VERBS = {
  register: async ({ relay, name }) => {
    await person.register(relay, name);
    return { account: person.account.toString("hex"), mailbox: person.keys.mailbox.toString("hex") };
  },
  login: () => person.login(),
  link: () => person.link(),
  add: async ({ link }) => {
    const contact = await person.add(link);
    return { name: contact.name, devices: contact.states.at(-1).active.size };
  },
  accept: ({ name }) => {
    person.byName(name).accepted = true;
  },
  say: ({ to, text, skip, spoiled }) => person.say(person.byName(to), text, { skip, spoiled }),
  edit: ({ to, id, text, version }) => {
    const contact = person.byName(to);
    const target = person.target(contact, id, true);
    return person.durable(contact, { edit: { target, text: { body: text }, version: BigInt(version) } });
  },
  delete: ({ to, id }) => {
    const contact = person.byName(to);
    return person.durable(contact, { delete: { target: person.target(contact, id, true) } });
  },
  react: ({ to, id, emoji }) => {
    const contact = person.byName(to);
    const target = person.target(contact, id, false);
    return person.durable(contact, { reaction: { target, emoji, version: 1n } });
  },
  repeat: ({ renamed }) => person.repeat(renamed),
  join: ({ invitation }) => person.join(invitation),
  joined: () => person.joined(),
  event: ({ kind }) => person.event(kind),
  drain: () => person.drain(),
  events: () => person.events.splice(0),
  // Forgets the sessions with somebody, as a device does that has lost them.
  forget: ({ name }) => {
    for (const { mailbox } of person.devices(person.byName(name))) {
      person.keys.sessions.map.delete(`${addressOf(mailbox).name()}.1`);
    }
  },
  missing: ({ name }) => person.askForMissing(person.byName(name)),
  lose: () => {
    person.loseNext = true;
  },
  deaf: ({ deaf }) => {
    person.deaf = deaf;
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  let answer;
  try {
    answer = { ok: (await VERBS[command.do](command)) ?? null };
  } catch (error) {
    answer = { error: error.message, stack: error.stack };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
person.close();
