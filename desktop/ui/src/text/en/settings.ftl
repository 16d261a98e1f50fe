# The settings
settings = Settings
save = Save
show = Show
bytes-one = { $amount } B
bytes-kilo = { $amount } kB
bytes-mega = { $amount } MB
bytes-giga = { $amount } GB

settings-profile = Profile
settings-profile-avatar = Your picture is made of your name and your account. It looks the same to everybody.
settings-profile-name = Name
settings-profile-about = About you
settings-profile-about-hint = Your contacts see it beside your name.
settings-profile-saved = Saved. Your contacts will see it.
settings-profile-link = Your link
settings-profile-link-hint = Whoever has it can write to you.
settings-profile-accounts = Accounts on this computer
settings-profile-accounts-hint = Switch, add or take one off.

settings-appearance = Appearance
settings-as-system = As the system
settings-theme = Theme
settings-theme-light = Light
settings-theme-dark = Dark
settings-accent = Colour
settings-accent-teal = Teal
settings-accent-blue = Blue
settings-accent-violet = Violet
settings-accent-pink = Pink
settings-accent-orange = Orange
settings-accent-green = Green
settings-accent-grey = Grey
settings-font = Size of text
settings-per-cent = { $size } %
settings-density = Density
settings-density-hint = Compact shows more conversations at once.
settings-density-roomy = Roomy
settings-density-compact = Compact
settings-contrast = Contrast
settings-contrast-hint = More draws stronger lines and darker text.
settings-contrast-more = More
settings-motion = Motion
settings-motion-hint = Less lets things appear at once.
settings-motion-less = Less

settings-chat = Writing
settings-enter = Enter sends
settings-enter-on = Shift+Enter begins a new line.
settings-enter-off = Enter begins a new line; Ctrl+Enter sends.

settings-privacy = Privacy
settings-privacy-note = These hold for all your devices. Only people you have accepted are ever told anything.
settings-delivered = Tell when messages have come
settings-delivered-hint = Others see two ticks when their message is on your device.
settings-read = Tell when messages were read
settings-read-hint = Others see when you have read; without it you do not see it of them either.
settings-typing = Tell when you type
settings-typing-hint = Others see that you type; without it you do not see it of them either.
settings-strict = Take more time
settings-strict-hint = What is told automatically waits longer, so that the moment gives away less about you.

settings-devices = Devices
settings-devices-own = Devices of this account
settings-devices-note = Every one of them reads and writes all new messages. Your contacts are told when one comes or goes.
settings-device-this = This device
settings-device-add = Add a device
settings-device-show = First: show this to the new device
settings-device-secret = On the new device choose “I have Sotto on another device”. Give the invitation to nobody else.
settings-device-code = QR code of the invitation
settings-device-invitation = Invitation
settings-device-copied = Invitation copied. Paste it on the new device.
settings-device-request = Then: the request that the new device shows
settings-device-request-hint = Paste it here, or open a picture of its code.
settings-device-finish = Add this device
settings-device-added = The device was added.
settings-device-coming = The device will be added as soon as the relay answers.

settings-relays = Relays
settings-relays-own = Where your account lives
settings-relays-note = A relay keeps sealed messages until you fetch them. With a second one people reach you even if the first does not answer.
settings-relay-live = Connected
settings-relay-draining = Connected; messages are coming in
settings-relay-connecting = Connecting
settings-relay-offline = Not connected
settings-relay-former = ; left, and still asked for 30 days
settings-relay-add = Add a relay
settings-relay-add-hint = Its address, for example https://relay.example.org
settings-relay-add-action = Add
settings-relay-added = Your account lives there too now.
settings-relay-coming = The relay will be added as soon as it answers.
settings-relay-remove = Remove
settings-relay-remove-label = Remove { $relay }
settings-relay-remove-title = Remove this relay?
settings-relay-remove-text = Your account will not live at { $relay } any more. What still comes in there is fetched for 30 days.

settings-storage = Storage
settings-storage-all = Everything together
settings-storage-free = { $free } of it are free and used again.
settings-storage-note = All of it is encrypted on this computer. An export is not: whoever has the file can read it.
settings-storage-conversations = The largest conversations
settings-storage-use = { $messages ->
    [one] 1 message
   *[other] { $messages } messages
}, { $size }
settings-export = Export everything
settings-export-hint = Into a new file in your folder for downloads.
settings-export-action = Export
settings-export-html = To read: one page
settings-export-lines = To bring back: JSON lines
settings-exported = { $messages ->
    [one] One message is in { $path }.
   *[other] { $messages } messages are in { $path }.
}

settings-advanced = Advanced
settings-language = Language
settings-language-english = English
settings-bidi = Right-to-left test
settings-bidi-hint = Shows everything in the other direction, for those who translate.

settings-about = About
settings-version = Version { $version }
settings-license = License
settings-license-hint = Free software: you may use, study, share and change it.
settings-license-name = AGPL-3.0-only
settings-diagnostics = Diagnostics
settings-diagnostics-hint = Helps to find out what is wrong. There is nothing private in it.
settings-diagnostics-copied = Diagnostics copied

## Accounts
accounts = Accounts
accounts-current = On the screen now
accounts-joining = Waits to be added by your other device
accounts-locked = Locked with a passphrase
accounts-unread = { $unread ->
    [one] One unread conversation
   *[other] { $unread } unread conversations
}
accounts-more = More about { $name }
accounts-add = Add an account
accounts-delete = Delete
accounts-delete-menu = Delete from this computer…
accounts-delete-title = Delete { $name } from this computer?
accounts-delete-text = Its messages on this computer are gone for ever. The account itself goes on on your other devices; if this is the only one, nobody can use it any more. Export what you want to keep first.
accounts-deleted = { $name } was deleted from this computer.

## Palette and shortcuts
palette-search = A person or a command
palette-list = What fits
palette-none = Nothing fits “{ $query }”.
shortcuts-group-general = Everywhere
shortcuts-group-conversations = Conversations
shortcuts-group-conversation = In a conversation
shortcuts-group-message = With a message
shortcuts-group-composer = While writing
shortcuts-or = or
shortcuts-to = to
shortcuts-series = First to ninth conversation
