app-name = Sotto
