details-pane = Details
details-close = Close the details
details-rename = Change the name
details-name = Name
details-name-hint = Only you see it.
details-name-save = Save
details-name-reset = Use their own
details-calls-themselves = Calls themselves { $name }
details-own-about = Only you see what you keep here, on all your devices.
details-copy-account = Copy the account’s id
details-copied = Copied

details-search = Search
details-jump = Go to date
details-mute = Mute
details-unmute = Unmute
details-muted-short = Muted
details-mute-off = Not muted
details-muted = Muted until you turn it on again
details-muted-until = Muted until { $time }
details-mute-hour = For 1 hour
details-mute-hours = For 8 hours
details-mute-day = For 1 day
details-mute-week = For 1 week
details-mute-always = Until I turn it on again
details-pin = Pin
details-unpin = Unpin

details-safety = Safety number
details-verified-no = Not verified
details-verified-no-about = Compare it with { $name } to be sure that nobody stands in between.
details-verified-scanned = Verified
details-verified-scanned-about = You scanned { $name }’s code: the same people, the same devices.
details-verified-same = Verified
details-verified-same-about = You and { $name } have the same safety number.
details-verified-changed = Verified
details-verified-changed-about = You verified { $name }. Devices have changed since then; compare again if you want to know them all.
details-verified-lost = No longer verified
details-verified-lost-about = { $name }’s account was recovered since you verified it. Compare again before you trust it.

details-timer = Disappearing messages
details-timer-off = Off
details-timer-on = For both of you, once read.
details-timer-custom = Other…
details-timer-title = Disappearing messages
details-timer-count = After
details-timer-unit = Unit
details-timer-bad = A whole number, up to a year.
details-timer-hint = New messages disappear for both of you this long after they were read.
details-timer-set = Set
details-unit-second = Seconds
details-unit-minute = Minutes
details-unit-hour = Hours
details-unit-day = Days
details-unit-week = Weeks

details-notify = Notifications
details-notify-everything = Everything
details-notify-mentions = Mentions
details-notify-nothing = Nothing

details-archived = Archived
details-archived-hint = Out of the way; the search still finds it.

details-export = Export the history
details-export-hint = Into a new file in your downloads. It is not encrypted.
details-exporting = The file is being written…
details-export-html = To read (HTML)
details-export-json = For programs (JSON Lines)
details-exported = { $count ->
    [one] 1 message is now in { $path }
   *[other] { $count } messages are now in { $path }
}
details-copy-path = Copy path

details-clear = Delete all messages
details-clear-own = Delete all notes
details-clear-title = Delete all messages with { $name }?
details-clear-text = They go from all your devices and cannot be brought back. { $name } keeps their copy.
details-clear-own-title = Delete all your notes?
details-clear-own-text = They go from all your devices and cannot be brought back.
details-clear-yes = Delete messages
details-cleared = All messages were deleted

details-block = Block
details-block-title = Block { $name }?
details-block-text = Nothing they write will reach you, and nothing of yours will reach them. They are not told. What was said so far stays.
details-unblock = Unblock
details-unblock-title = Unblock { $name }?
details-unblock-text = You can write to each other again. What they wrote in the meantime does not come back.
details-remove = Remove from contacts
details-remove-title = Remove { $name } from your contacts?
details-remove-text = They leave your list. If they write again, you are asked first. To write to them you need their link.
details-remove-yes = Remove
details-removed = { $name } is no longer one of your contacts

safety-title = Safety number with { $name }
safety-about = If these digits are the same on { $name }’s screen, nobody reads along: not the relay, not anybody in between.
safety-people = Who you both are
safety-devices = Your devices and theirs
safety-no-devices = Nothing is known of { $name }’s devices yet. It comes with their first message.
safety-aloud = Read them to each other on a call or in person, or scan each other’s code. The second line changes when one of you adds or removes a device.
safety-code = Your code for { $name } to scan
safety-copy = Copy as text
safety-copied = Copied. Send it on another way than this one.
safety-scan = Scan their code
safety-scan-again = Scan again
safety-show = Show my code and the digits
safety-bad-code = This is not the code of a safety number. Nothing was changed; ask for the one on the other screen and take all of it.
safety-paste = Or paste the text of their code
safety-compare = Compare
safety-mark = Mark as verified
safety-mark-compared = The digits are the same
safety-take-back = Take verification back
safety-take-back-title = { $name } is not verified?
safety-take-back-text = The mark goes away on all your devices. You can compare again at any time.
safety-go-on = Go on without verifying
safety-go-on-title = Go on with { $name } unverified?
safety-go-on-text = Messages that wait will be sent to the recovered account. If somebody else recovered it, they will read them.

safety-same = The same.
safety-same-about = Nobody stands between you and { $name }, on any device.
safety-different = Different.
safety-different-about = This is not the account that { $name } is here. Somebody stands in between, or it is another person’s code. Send nothing that matters.
safety-not-you = Not for you.
safety-not-you-about = { $name } shows this to another account than yours. Somebody stands in between, or it is meant for another person.
safety-own = Your own code.
safety-own-about = Scan the one on { $name }’s screen.
safety-contradicts = Different devices.
safety-contradicts-about = The accounts are the same, but you and { $name } were shown different devices. Send nothing that matters, and ask on another way.
safety-you-lack-theirs = The same people.
safety-you-lack-theirs-about = You have not seen the newest change of { $name }’s devices yet. Compare again when you have been online.
safety-they-lack-ours = The same people.
safety-they-lack-ours-about = { $name } has not seen the newest change of your devices yet. Compare again later.
safety-they-lack-theirs = The same people.
safety-they-lack-theirs-about = { $name }’s device has not seen the newest change of its own account yet. Compare again when it has been online.
safety-you-lack-ours = The same people.
safety-you-lack-ours-about = { $name } knows of a change of your own account that this device has not seen yet. Look at your devices.
