/** The peer sent what is not HTTP/1.1. */
export class ParseError extends Error {
  constructor(found: string) {
    super(`Not an HTTP/1.1 answer: ${found}.`)
    this.name = 'ParseError'
  }
}
