// Controls (a terminal obeys them), line separators, and what is not seen: direction marks, zero widths, halves of a character.
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu

/** Words of others (names, ids, messages) on one line, without a character that steers a terminal, turns text around or hides. */
export const plain = (text: string): string => text.replace(unseen, ' ')

/** At most so many characters, cut in the middle, since names differ at both ends. */
export function shorten(text: string, characters: number): string {
  if (text.length <= characters) return text
  const all = Array.from(text)
  if (all.length <= characters) return text
  const tail = Math.floor((characters - 1) / 2)
  return `${all.slice(0, characters - 1 - tail).join('')}…${all.slice(all.length - tail).join('')}`
}
