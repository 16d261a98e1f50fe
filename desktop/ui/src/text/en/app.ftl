app-name = Sotto
error-other = That did not work: { $reason }
