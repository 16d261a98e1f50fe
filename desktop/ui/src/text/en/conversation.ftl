# A conversation

conversation = Conversation

header-back = Back to the conversations
header-find = Find in this conversation
header-details = Details
header-more = More
header-verified = Verified
header-typing = typing…
header-waiting = waiting for the network
header-connecting = connecting…
header-updating = fetching what is new…
header-note = Only you see this
header-muted = Muted
header-timer = Messages disappear after { $length }

more-timer = Disappearing messages
more-timer-off = Keep messages
more-timer-after = After { $length }
more-mute = Mute…
more-unmute = Unmute
more-mute-hour = For 1 hour
more-mute-hours = For 8 hours
more-mute-week = For 1 week
more-mute-always = Until turned on again
more-pin = Pin
more-unpin = Unpin
more-archive = Archive
more-unarchive = Put back into the list
more-date = Go to a date…
more-select = Select messages
more-unread = Mark as unread
more-export = Export…
more-clear = Delete all messages…
more-block = Block…
more-unblock = Unblock

beginning = The beginning of the conversation
beginning-title = The beginning
beginning-about = What you and { $name } write here is encrypted from end to end. Nobody in between can read it, no relay either.
beginning-own-title = Note to self
beginning-own-about = Write down what you want to keep. It is encrypted, and goes to your own devices only.

timeline = Messages
newest = Go to the newest message
fresh = { $count ->
    [one] 1 new message
   *[other] { $count } new messages
}
gap = { $count ->
    [one] 1 message from { $name } is on its way
   *[other] { $count } messages from { $name } are on their way
}

message-you = You
message-edited = edited
message-forwarded = Forwarded
message-imported = Imported:
message-expires = Disappears:
message-deleted = This message was deleted
message-deleted-own = You deleted this message
message-unknown = Only a newer version of Sotto can show this message
message-spoiler = Hidden; press to show
message-retry = Try again
message-reaction = { $emoji } { $count }: { $names }
message-spoken = { $author }: { $text }. { $time } { $state }
quote-missing = This message is not here
quote-wordless = Message

timer-set = { $name } lets messages disappear after { $length }
timer-set-own = You let messages disappear after { $length }
timer-off = { $name } keeps messages from now on
timer-off-own = You keep messages from now on

failed = Not sent. { $reason }
failed-denied = Their relay does not let you in. Try again later, or ask them for a new link.
failed-closed = The account is closed.
failed-refused = The relay does not take this message.
failed-unsealable = Their devices could not be reached with encryption.
failed-unreachable = Their relay could not be reached.
failed-other = { $reason }

notice-safety = Compare safety number
notice-device-added = { $name } has a new device.
notice-device-removed = { $name } has removed a device.
notice-recovered = { $name } has recovered their account with its recovery words. Make sure that it is still the same person.
notice-fork = { $name } has two contradicting lists of devices, so nothing is sent there. Ask them on another way.
notice-relay-contradicts = A relay has contradicted itself about the devices of { $name }. Both of its words are kept.
notice-forged = A message that claimed to be from { $name } was forged, and was dropped.
notice-update-needed = A newer version of Sotto is needed to write to { $name }.
notice-verified = You have verified { $name }.
notice-unverified = { $name } is no longer marked as verified.
notice-verification-lost = { $name } is no longer verified, because their account was recovered. What you write to them waits until you have compared safety numbers again, or go on without.
notice-safety-number-changed = The second line of your safety number with { $name } has changed: something about their account is new, but not their devices. They are still verified.
notice-session-reset = The encryption with { $name } was set up anew, because one of their devices could not read a message. It is sent again.
notice-account-closed = { $name } has closed their account. Nothing can be sent there any more.
notice-own-device-added = Your account has a new device. If you did not add it, somebody else has access to your account.
notice-own-device-removed = A device was removed from your account.
notice-own-recovered = Your account was recovered with its recovery words.
notice-own-fork = Your account has two contradicting lists of devices. Recover it with its recovery words.
notice-own-relay-contradicts = A relay has contradicted itself about your devices. Both of its words are kept.
notice-own-forged = A message that claimed to be from one of your devices was forged, and was dropped.
notice-own-update-needed = A newer version of Sotto is needed to read the list of your own devices.
notice-own-session-reset = The encryption with one of your devices was set up anew, because it could not read a message. It is sent again.
notice-own-account-closed = Your account is closed. What is on this device stays until you delete it.

menu-message = What to do with this message
menu-reply = Reply
menu-react = React
menu-copy = Copy text
menu-open-link = Open { $host }
menu-copy-link = Copy link
menu-forward = Forward…
menu-edit = Edit
menu-select = Select
menu-details = Details
menu-delete = Delete here…
menu-delete-everyone = Delete for everyone…
react-more = More emoji
copied = Copied

delete-title = { $count ->
    [one] Delete this message here?
   *[other] Delete { $count } messages here?
}
delete-about = { $count ->
    [one] It goes from all your devices. { $name } keeps it.
   *[other] They go from all your devices. { $name } keeps them.
}
delete-own-about = { $count ->
    [one] It goes from all your devices and cannot be brought back.
   *[other] They go from all your devices and cannot be brought back.
}
delete-yes = Delete here
delete-everyone-title = { $count ->
    [one] Delete this message for everyone?
   *[other] Delete { $count } messages for everyone?
}
delete-everyone-about = It goes from your devices, and those of { $name } are asked to delete it. They see that something was deleted, and may have read it.
delete-everyone-yes = Delete for everyone

selection = { $count ->
    [0] Select messages
    [one] 1 message
   *[other] { $count } messages
}
selection-cancel = Stop selecting
selection-copy = Copy
selection-forward = Forward
selection-delete = Delete

request-title = { $name } wants to write to you
request-about = You do not know each other here yet. They do not learn that you have seen this until you accept.
request-accept = Accept
request-block = Block
request-delete = Delete
request-deleted = The request is gone
request-delete-title = Delete this request?
request-delete-about = What { $name } wrote is deleted. They may write again.
blocked-title = You have blocked { $name }
blocked-about = Nothing they write reaches you, and nothing of yours reaches them.
blocked-unblock = Unblock
held-title = { $name } has a recovered account
held-about = You had verified them before. What you write waits until you compare safety numbers again, or go on without.
held-verify = Compare safety numbers
held-continue = Go on without
held-continue-title = Go on without comparing?
held-continue-about = Somebody who has the recovery words of { $name } could be reading instead of them. What waits is sent at once.
closed-title = { $name } has closed their account
closed-about = What was said stays here. Nothing can be sent there any more.
gone-title = { $name } is not in your contacts any more
gone-about = Accept them to write to each other again.
clear-title = Delete all messages with { $name }?
clear-own-title = Delete all your notes?
clear-about = They go from all your devices and cannot be brought back. { $name } keeps their copy.
clear-own-about = They go from all your devices and cannot be brought back.
clear-yes = Delete messages
block-title = Block { $name }?
block-about = Nothing they write will reach you, and nothing of yours will reach them. They are not told.

forward-title = Forward
forward-about = { $count ->
    [one] To whom does this message go?
   *[other] To whom do these { $count } messages go?
}
forward-search = Search people
forward-nobody = Nobody is called so.
forward-send = { $count ->
    [0] Forward
    [one] Forward to 1
   *[other] Forward to { $count }
}
forward-done = { $count ->
    [one] Forwarded
   *[other] Forwarded to { $count }
}
details-title = Message
details-author = From
details-sent = Sent
details-received = Received
details-delivered = Delivered
details-read = Read
details-state = State
details-state-received = Received
details-reason = Reason
details-expires = Disappears
details-edited = The text was changed after it was sent.
details-forwarded = It was forwarded: said elsewhere before.
details-imported = It comes from an imported file; nobody vouches for what it says.
details-id = Id
details-copy-id = Copy the id
date-title = Go to a date
date-go = Go
date-previous = Previous month
date-next = Next month
date-first = First message
link-title = Open this link?
link-mail-title = Write to this address?
link-leads = It leads to
link-mail = It opens your mail program for
link-odd = The name of this site has unusual letters and may pass itself off as another one. What it is really called:
link-plain = The connection is not encrypted.
link-user = The part before “@” is not the site.
link-outside = It opens outside of Sotto. The site sees your address on the network, not who you are here.
link-copy = Copy
link-open = Open

header-about = About { $name }
command-jump-to-date = Go to a date
command-jump-to-newest = Go to the newest message
command-messages = Go to the messages
command-select-messages = Select messages
command-stop-selecting = Stop selecting
details-expires-after = { $length } after it was read
newest-unread = { $count ->
    [one] Go to the newest message; 1 is unread
   *[other] Go to the newest message; { $count } are unread
}
