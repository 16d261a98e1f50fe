#!/usr/bin/env python3
"""Two people in one Python program, each with a profile, through a real relay.

    hello.py RELAY FOLDER

The module `sotto` and the library beside it must be on PYTHONPATH (`cargo xtask bindings` makes
them); the relay must run; the folder gets the two profiles. Ends with 0 if all that is checked here
is so. Needs Python 3.8 and its standard library alone.
"""

import os
import queue
import sys
from contextlib import ExitStack, closing
from datetime import timedelta

import sotto

PATIENCE = 60.0  # seconds; far more than anything here takes


class Inbox(sotto.Listener):
    """Puts the events, which come on a thread of the core, where this thread can wait for them."""

    def __init__(self):
        self.events = queue.Queue()

    def on_event(self, event):
        self.events.put(event)

    def until(self, wanted):
        """The first event that is wanted; those before it are passed over."""
        while True:
            try:
                event = self.events.get(timeout=PATIENCE)
            except queue.Empty:
                sys.exit("hello.py: an event did not come")
            if wanted(event):
                return event

    def message(self, text):
        """The message with this text, once it has come in."""
        return self.until(
            lambda event: event.is_message_received() and event.message.text == text
        ).message

    def state(self, row, state):
        """Waits until an own message is as far as this."""
        self.until(
            lambda event: event.is_message_changed()
            and event.message.row == row
            and event.message.state.value >= state.value
        )


class Clumsy(sotto.Listener):
    """Fails whatever it is told."""

    def __init__(self):
        self.told = queue.Queue()

    def on_event(self, event):
        self.told.put(event)
        raise RuntimeError("clumsy on purpose")


def check(so, what):
    if not so:
        sys.exit(f"hello.py: this is not so: {what}")
    print(f"   {what}", flush=True)


def refused(call, kind, code):
    """Whether a call fails with an error of this kind and code."""
    try:
        call()
    except sotto.Error as error:
        return isinstance(error, kind) and error.code == code and error.reason != ""
    return False


def profile(folder, create):
    return sotto.Client.open(folder, sotto.Unlock.KEY_FILE(), create, True)


def texts(client, who):
    return [message.text for message in client.history(who, 100, None)]


def main(relay, folder):
    homes = {name: os.path.join(folder, name) for name in ("alice", "bob")}

    check(
        refused(lambda: profile(homes["alice"], False), sotto.Error.Permanent, "no_profile"),
        "a profile that is not there is an error with a class, a code and a sentence",
    )

    # Whatever happens, both are closed before the program ends.
    with ExitStack() as opened:
        alice = opened.enter_context(closing(profile(homes["alice"], True)))
        bob = opened.enter_context(closing(profile(homes["bob"], True)))

        patience = timedelta(seconds=PATIENCE)
        her = alice.register(relay, "Alice", patience)
        his = bob.register(relay, "Bob", patience)
        check(
            her.standing == his.standing == sotto.DeviceStanding.ACTIVE and her.account != his.account,
            "two profiles are open, each with an account at the relay",
        )

        check(alice.add_contact(his.link).account == his.account, "Alice has added Bob by his link")
        check(bob.add_contact(her.link).account == her.account, "Bob has added Alice by hers")
        check(
            refused(lambda: bob.add_contact("sotto:nonsense"), sotto.Error.Permanent, "bad_link"),
            "a link that is none is refused",
        )

        hers, his_inbox = Inbox(), Inbox()
        subscriptions = [alice.listen(hers), bob.listen(his_inbox)]
        for inbox in (hers, his_inbox):
            check(inbox.events.get(timeout=PATIENCE).is_started(), "a listener is told how things are")
        clumsy = Clumsy()
        failing = bob.listen(clumsy)

        sent = alice.send(his.account, "Hello Bob, 你好 👋")
        check(sent.direction == sotto.Direction.SENT_HERE, "a text is on Alice's disk")
        came = his_inbox.message("Hello Bob, 你好 👋")
        check(
            came.id == sent.id and came.author == her.account and came.direction == sotto.Direction.RECEIVED,
            "Bob was told of it, with the same id",
        )
        answer = bob.send("Alice", "Hello Alice")
        check(hers.message("Hello Alice").id == answer.id, "Alice was told of Bob's answer")
        hers.state(sent.row, sotto.MessageState.DELIVERED)
        check(True, "Alice was told that hers was delivered")

        # The next event comes although the listener threw at the first one.
        clumsy.told.get(timeout=PATIENCE)
        clumsy.told.get(timeout=PATIENCE)
        check(
            "clumsy on purpose" in (failing.take_failure() or ""),
            "a listener that throws is told the next event, and what it threw can be asked for",
        )
        for subscription in [failing, *subscriptions]:
            subscription.cancel()

    check(
        refused(alice.me, sotto.Error.Permanent, "closed"),
        "both are closed, and a closed client says so",
    )

    with closing(profile(homes["bob"], False)) as bob:
        check(bob.me().account == his.account, "Bob's profile opens again as the same account")
        check(
            texts(bob, "Alice") == ["Hello Bob, 你好 👋", "Hello Alice"],
            "and has both messages, in their order",
        )


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: hello.py RELAY FOLDER")
    main(*sys.argv[1:])
    print("   hello from Python")
