# One sentence or two for every way in which a call can fail: what happened, what is safe, what to do.
# A test compares them with the variants of SottoError.
error-no-profile = There is no account in this folder. Create one, or start the program with the right folder.
error-wrong-passphrase = This is not the passphrase. Your messages are untouched; try again.
error-other-key = This account is opened in another way than with a passphrase. Your messages are untouched; open it where it was made.
error-no-key = The key of your messages could not be fetched: { $reason }. Your messages are untouched; unlock the keyring of your computer and try again.
error-in-use = Another program has this account open and does not answer. Your messages are untouched; close it and try again.
error-other-version = Another version of Sotto has this account open. Your messages are untouched; close it and try again.
error-interrupted = The program that did this ended before it could answer. Look whether it happened before you do it again.
error-closed = This account was closed here while it was being used. Nothing was lost; open it again.
error-no-account = There is no account here yet. Create one first.
error-has-account = There is an account here already. Nothing was changed.
error-no-such-contact = Nobody here is called “{ $who }”. They may have been deleted; add them again by their link.
error-ambiguous-contact = Several people are called “{ $who }”: { $candidates }. Nothing was done; choose one of them in the list.
error-blocked = You have blocked this person. Nothing was sent; unblock them first.
error-bad-link = This is not a link that works: { $reason }. Nothing was changed; ask for the link again and paste all of it.
error-own-link = This is your own link. Give it to somebody else, and they can write to you.
error-bad-address = This is not the address of a relay: { $reason }. Nothing was changed; check it for a typing mistake.
error-bad-text = This text cannot be used: { $reason }. It is still here; change it and try again.
error-bad-search = This cannot be searched for: { $reason }. Use fewer or other words.
error-no-such-entry = This message is not waiting any more. It was sent or deleted meanwhile; there is nothing to do.
error-no-such-message = This message is not here any more. It was deleted, or its time was over.
error-cannot-change = This cannot be done to this message: only your own, and only while they are not deleted. It is as it was.
error-not-active = This device does not belong to its account any more. What is here can be read; use another device to write.
error-not-allowed = Your account does not allow this. Nothing was changed.
error-unreachable = The relay cannot be reached. Nothing is lost; check the address and the network, and try again. ({ $reason })
error-refused = The relay refused this: { $reason } ({ $refusal }). Nothing is lost; ask whoever runs the relay.
error-no-such-conversation = This conversation is not here any more. Choose another one in the list.
error-file-exists = There is a file of this name already: { $path }. It was not overwritten; move it away and try again.
error-file = A file could not be read or written: { $reason }. Your messages are untouched; check the room and the rights on the disk.
error-not-an-export = This file holds no history: { $reason }. Nothing was taken over; choose a file that Sotto has exported.
error-other-account = This is the history of another account. Nothing was taken over; only an account's own history can be.
error-damaged-export = This file is damaged: { $lines ->
    [one] one line cannot be read
   *[other] { $lines } lines cannot be read
}, the first is line { $line } ({ $reason }). Nothing was taken over; export it once more.
error-timed-out = This took too long. It may still happen by itself; look again in a moment before you repeat it.
error-other = That did not work: { $reason }. Nothing you wrote is lost; try again, and if it stays so, copy the diagnostics under Settings, About.
