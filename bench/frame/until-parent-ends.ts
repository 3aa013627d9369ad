// A program of the bench ends with whoever started it, also after a crash: its standard input closes then.
process.stdin.resume()
process.stdin.once('end', () => process.exit(0))
process.stdin.once('error', () => process.exit(0))
