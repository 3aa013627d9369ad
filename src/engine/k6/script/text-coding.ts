// k6 has neither: what the protocol's core uses of them. Put before the bundle by its compiler.

const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(unescape(encodeURIComponent(text)), (char) => char.charCodeAt(0))

/** UTF-8 to text; throws `URIError` for what is none. */
export class TextDecoder {
  decode(bytes: Uint8Array): string {
    let binary = ''
    for (const byte of bytes) binary += String.fromCharCode(byte)
    return decodeURIComponent(escape(binary))
  }
}

/** Text to UTF-8. */
export class TextEncoder {
  encode(text: string): Uint8Array {
    return bytesOf(text)
  }
}
