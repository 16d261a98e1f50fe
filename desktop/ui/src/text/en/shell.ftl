# What stands on many views.
back = Back
cancel = Cancel
close = Close
copy = Copy
link-copied = Link copied. Give it to somebody you know.
search-field-clear = Clear the search
toasts = Messages of the program

## The window
window-title = Sotto
window-title-unread = ({ $unread }) Sotto
starting = Opening your conversations
rail = Accounts and settings
rail-account = Switch to { $name }
rail-account-current = { $name }: your accounts
rail-account-unread = { $unread ->
    [one] Switch to { $name }, one unread conversation
   *[other] Switch to { $name }, { $unread } unread conversations
}
pane-conversation = Conversation
pane-details = Details
pane-list = Conversations
divider = Width of the list
nothing-open = Choose a conversation to read it here.
nobody-title = Who do you want to talk to?
nobody-text = Nobody can find you here unless you want it. Give your link to somebody, or open the link that they gave you.

## What everybody has to know
banner-offline = { $waiting ->
    [0] Waiting for the network
    [one] Waiting for the network; one message will be sent
   *[other] Waiting for the network; { $waiting } messages will be sent
}
banner-try = Try now
banner-removed = This device was removed from your account. You can read what is here, but nothing is sent or comes in any more.
banner-cloned = A copy of this profile is in use elsewhere. To keep you safe nothing is sent from here any more.
banner-closed = This account is closed. You can read what is here, but nothing is sent or comes in any more.

## Commands
command-accounts = Accounts
command-back = One step back
command-density = Roomy or compact
command-details = Show or hide the details
command-find = Search in this conversation
command-my-link = Show my link and QR code
command-new = Add somebody
command-next-account = Next account
command-palette = Do or open anything
command-search = Search everywhere
command-settings = Settings
command-shortcuts = Keyboard shortcuts
command-theme = Switch between light and dark

## Accounts
account-unnamed = Account without a name

## The first run
welcome-title = Speak quietly
welcome-text = Messages that only you and those you write to can read. No phone number, no address book, nobody in between.
welcome-another-title = Add an account
welcome-another-text = It lives beside the others and knows nothing of them.
welcome-create = Create an account
welcome-join = I have Sotto on another device
create-title = What are you called?
create-text = The people you write to will see this name.
create-name = Your name
create-name-hint = You can change it at any time.
create-at = Your account will live at { $host }.
create-change = Change relay
create-relay = Address of the relay
create-relay-hint = A relay keeps sealed messages until they are fetched. It cannot read them.
create-token = Invitation code of the relay
create-token-hint = Whoever runs the relay gives it to you.
create-token-wanted = This relay takes new accounts only with an invitation code. Ask whoever runs it, or choose another relay.
create-token-wrong = The relay does not know this code. Check it for a typing mistake, or ask for a new one.
create-closed = This relay takes no new accounts. Nothing was created; choose another relay.
create-action = Create account
create-busy = Creating your account
done-title = Welcome, { $name }
done-text = Give this link to somebody you want to talk to, or let them scan the code.
done-code = QR code of your link
done-link = Your link
done-action = Open Sotto
join-title = Add this device
join-text = Your conversations go on here. What was said before stays on the other device.
join-step-open = On the other device, open the settings and choose “Devices”.
join-step-add = Choose “Add a device”. It shows an invitation.
join-step-paste = Paste the invitation here, or open a picture of its code.
join-invitation = Invitation
join-action = Continue
join-picture = Read the code from a picture
device-name = Desktop
picture-no-code = There is no code in this picture. Cut it closer, or take a sharper one.
picture-unreadable = This is not a picture that can be read. Try a photo or a screenshot.
waiting-give-up = Stop adding this device
waiting-title = One more step
waiting-text = On the other device, paste this request or scan its code. Then this one is in.
waiting-text-again = This device has asked to join your account. Add it on the other device, or stop and begin anew.
waiting-code = QR code of the request
waiting-request = Request of this device
waiting-copied = Request copied. Paste it on the other device.
waiting-status = Waiting for the other device
unlock-title = Welcome back
unlock-text = Your messages on this computer are locked with a passphrase.
unlock-text-several = Your messages in “{ $profile }” are locked with a passphrase.
unlock-passphrase = Passphrase
unlock-show = Show the passphrase
unlock-action = Unlock
unlock-busy = Unlocking
unlock-other = Use another account
trouble-title = Your messages cannot be opened now
trouble-text = They are still on this computer; nothing was deleted.
trouble-again = Try again
