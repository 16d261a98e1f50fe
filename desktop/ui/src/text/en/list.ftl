# The list of conversations

duration-second = { $count ->
    [one] 1 second
   *[other] { $count } seconds
}
duration-minute = { $count ->
    [one] 1 minute
   *[other] { $count } minutes
}
duration-hour = { $count ->
    [one] 1 hour
   *[other] { $count } hours
}
duration-day = { $count ->
    [one] 1 day
   *[other] { $count } days
}
duration-week = { $count ->
    [one] 1 week
   *[other] { $count } weeks
}

list-title = Conversations
list-me = { $name }: your link and accounts
list-new = New conversation
list-search = Search
list-search-messages = Search messages for “{ $text }”
list-filters = Which conversations
list-filter-all = All
list-filter-unread = Unread
list-filter-requests = Requests
list-filter-archived = Archived
list-loading = The conversations are being read

list-note-to-self = Note to self
list-own-empty = Notes, links, things to keep
list-typing = typing…
list-draft = Draft:
list-blocked = Blocked
list-nothing-yet = No messages yet
list-deleted = This message was deleted
list-deleted-own = You deleted this message
list-timer = Messages disappear after { $duration }
list-timer-off = Messages no longer disappear
list-unknown = Needs a newer version of Sotto
list-request = Request
list-pinned = Pinned
list-muted = Muted
list-verified = Verified
list-marked-unread = Marked as unread
list-unread = { $count ->
    [one] 1 unread message
   *[other] { $count } unread messages
}
list-state-queued = Waiting to be sent
list-state-sent = Sent
list-state-delivered = Delivered
list-state-read = Read
list-state-failed = Not sent

list-menu = What to do with { $name }
list-menu-open = Open
list-menu-pin = Pin
list-menu-unpin = Unpin
list-menu-mute = Mute
list-menu-mute-hour = Mute for 1 hour
list-menu-mute-hours = Mute for 8 hours
list-menu-mute-week = Mute for 1 week
list-menu-mute-always = Mute until turned on again
list-menu-unmute = Unmute
list-menu-read = Mark as read
list-menu-unread = Mark as unread
list-menu-archive = Archive
list-menu-unarchive = Put back into the list
list-menu-clear = Delete all messages…
list-menu-block = Block…
list-menu-unblock = Unblock

list-archived = { $name } is archived
list-undo = Undo

list-clear-title = Delete all messages with { $name }?
list-clear-own-title = Delete all your notes?
list-clear-about = They go from all your devices and cannot be brought back. { $name } keeps their copy.
list-clear-own-about = They go from all your devices and cannot be brought back.
list-clear-yes = Delete messages
list-block-title = Block { $name }?
list-block-about = Nothing they write will reach you, and nothing of yours will reach them. They are not told.
list-block-yes = Block

list-empty-title = Nobody here yet
list-empty-about = Conversations start with a link: yours or theirs. Give yours to somebody, or add somebody by theirs.
list-empty-add = Add somebody
list-empty-share = Share my link
list-empty-unread-title = All read
list-empty-unread-about = What you have not read yet gathers here.
list-empty-requests-title = No requests
list-empty-requests-about = When somebody new writes to you, you decide here before they learn anything.
list-empty-archived-title = Nothing archived
list-empty-archived-about = Archive a conversation to have it out of the way. The search still finds it.
list-empty-show-all = Show all
list-empty-name-title = No one called “{ $text }”
list-empty-name-about = The words may stand in a message.

command-next-conversation = Next conversation
command-previous-conversation = Previous conversation
command-next-unread = Next unread conversation
command-previous-unread = Previous unread conversation
command-nth-conversation = Conversation { $count }
command-filter-unread = Show unread conversations
command-filter-requests = Show requests
command-filter-archived = Show archived conversations
command-filter-all = Show all conversations
command-note-to-self = Note to self

account-menu-link = My link and QR code
account-menu-settings = Settings
account-menu-accounts = Accounts
