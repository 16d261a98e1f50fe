# People, links and codes

contacts-new = New conversation
contacts-field = A name, or a link you were given
contacts-people = People
contacts-way-scan = Scan a code
contacts-way-share = Share my link
contacts-scan = Scan a code
contacts-scan-back = Back to the list of people
contacts-link-found = A link to somebody new
contacts-add = Add
contacts-adding = Adding…
contacts-added = { $name } was added
contacts-none-title = No one called “{ $text }”
contacts-none-about = Ask them for their link and paste it here.
contacts-empty = You know nobody here yet. Paste a link that somebody gave you, or share yours.
contacts-more = { $count ->
    [one] And 1 more. Type a name to find them.
   *[other] And { $count } more. Type a name to find them.
}

scanner-title = Read a code
scanner-camera = What the camera sees
scanner-about-camera = Hold the code before the camera. You can also drop or paste a picture of it.
scanner-about = Choose a picture of the code, or drop or paste one here.
scanner-none = There is no camera that can be used.
scanner-refused = The camera may not be used. Allow it in the settings of your system.
scanner-choose = Choose a picture

my-link-title = My link
my-link-code = QR code of your link
my-link-about = Whoever has it can write to you. You decide whether to answer.
my-link-copy = Copy
my-link-copied = Copied
my-link-reset = Make a new link…
my-link-reset-title = Make a new link?
my-link-reset-about = Who has your old link or a picture of its code can no longer begin to write to you with it. Everybody you already talk with stays.
my-link-reset-yes = Make a new link
my-link-reset-done = Your link is a new one; the old one no longer works
