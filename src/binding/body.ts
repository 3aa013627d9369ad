/** The text of an answer. Throws an Error with a sentence when it has more than `longest` bytes, and reads no further. */
export async function bodyOf(response: Response, longest: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  // Leaving the loop lets go of the connection.
  for await (const part of response.body ?? []) {
    bytes += part.byteLength
    if (bytes > longest) throw new Error(`it answered more than ${longest / 1_000_000} MB`)
    text += decoder.decode(part, { stream: true })
  }
  return text + decoder.decode()
}
