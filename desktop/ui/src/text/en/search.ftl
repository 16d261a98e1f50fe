# The search over everything, and inside a conversation

search-field = Search messages and people
search-close = Back to the conversations
search-filters = Filters
search-results = Results
search-people = People
search-messages = Messages
search-complete-from = From whom
search-complete-in = In which conversation
search-complete-before = Before
search-complete-after = Since
search-complete-has = With
search-has-link = A link
search-me = Me
search-you = You:
search-day-today = Today
search-day-week = A week ago
search-day-month = The first of this month
search-day-year = The first of this year
search-nobody = Nobody here is called “{ $who }”.
search-incomplete = Older messages are still being made searchable; some may be missing for a while.
search-empty-title = Search everything
search-empty-about = All your messages, on this machine only. Narrow it down with the filters above, or put "several words" in quotes.
search-none-title = Nothing found
search-none-about = Try fewer or other words, or leave out a filter.
search-count = { $more ->
    [yes] More than { $count } messages found
   *[no] { $count ->
        [one] 1 message found
       *[other] { $count } messages found
    }
}

find-title = Search in this conversation
find-field = Search in this conversation
find-none = Nothing found
find-count = { $more ->
    [yes] { $at } of { $count }+
   *[no] { $at } of { $count }
}
find-older = Next older
find-newer = Next newer
find-close = Close the search

