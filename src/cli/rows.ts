import { paint, wrap, wrapCommand } from '../report/layout.js'
import { print } from './output.js'

/** What a line may take: what the terminal has, and never less than 80. */
export const columns = (): number => Math.max(80, process.stdout.columns ?? 80)

/** Prints a text behind a lead; where it is broken, further lines begin below its first word. */
export const printRow = (lead: string, text: string): void => print(paint(wrap(text, columns(), lead), false))

/** As `printRow`, for a command, which can be copied whole. */
export const printCommand = (lead: string, command: string): void =>
  print(paint(wrapCommand(command, columns(), lead), false))
