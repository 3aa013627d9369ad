export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  readonly text: string
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const name = '[A-Za-z_][\\w.-]*'
// Source: Extensible Markup Language (XML) 1.0, 5th edition, §2.2 "Char".
const illegal = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

/** Reads the part of XML 1.0 that a report needs, and throws for whatever is not well-formed. */
export function readXml(text: string): Element {
  const bad = illegal.exec(text)
  if (bad !== null)
    throw new Error(`character ${bad[0].codePointAt(0)?.toString(16)} at ${bad.index} is illegal in XML 1.0`)
  let at = 0
  const take = (pattern: string): RegExpExecArray => {
    const found = new RegExp(pattern, 'uy')
    found.lastIndex = at
    const match = found.exec(text)
    if (match === null) throw new Error(`expected ${pattern} at ${at}, found ${text.slice(at, at + 40)}`)
    at += match[0].length
    return match
  }
  const decoded = (raw: string): string => {
    if (/&(?!(?:amp|lt|gt|quot|apos);)/.test(raw)) throw new Error(`a bare & in ${raw}`)
    return raw.replaceAll(/&(\w+);/g, (_, entity: string) => entities[entity] ?? '')
  }
  const element = (): Element => {
    const [, tag = ''] = take(`<(${name})`)
    const attributes: Record<string, string> = {}
    for (;;) {
      const [, key, value = '', end] = take(`(?:\\s+(${name})="([^"<]*)"|\\s*(/?>))`)
      if (key === undefined) {
        if (end === '/>') return { name: tag, attributes, children: [], text: '' }
        break
      }
      if (key in attributes) throw new Error(`${tag} has ${key} twice`)
      attributes[key] = decoded(value)
    }
    const children: Element[] = []
    let content = ''
    for (;;) {
      const [raw] = take('[^<]*')
      if (raw.includes(']]>')) throw new Error(`]]> in the text of ${tag}`)
      content += decoded(raw)
      if (text.startsWith('</', at)) {
        take(`</${tag}\\s*>`)
        return { name: tag, attributes, children, text: content }
      }
      children.push(element())
    }
  }
  take('<\\?xml version="1\\.0" encoding="UTF-8"\\?>\\s*')
  const root = element()
  take('\\s*$')
  return root
}
