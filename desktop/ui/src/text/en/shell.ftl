# What stands on many views.
close = Close
cancel = Cancel
toasts = Messages of the program
search-field-clear = Clear the search
