import { closeSync, openSync, writeSync } from 'node:fs'
import { notWritable } from './files.js'

/**
 * Adds text to the end of a new file. Synchronous, so that the order of lines is the order of calls and the last moment of a
 * process needs no other way. Throws a UserError when the file exists or cannot be written.
 */
export class Appender {
  private readonly file: number

  constructor(private readonly path: string) {
    try {
      this.file = openSync(path, 'ax')
    } catch (error) {
      throw notWritable(path, error)
    }
  }

  append(text: string): void {
    try {
      let rest = Buffer.from(text)
      while (rest.length > 0) rest = rest.subarray(writeSync(this.file, rest))
    } catch (error) {
      throw notWritable(this.path, error)
    }
  }

  close(): void {
    closeSync(this.file)
  }
}
