import { plain } from './plain.js'

type Attributes = Readonly<Record<string, string | number | undefined>>

/** Text of XML 1.0 on one line. Source: Extensible Markup Language (XML) 1.0, 5th edition, §2.2 "Char". */
export const xmlText = (text: string): string =>
  plain(text)
    .replace(/[\ufffe\uffff]/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')

/** An element with what is in it, which is XML already; attributes without a value are left out. */
export function element(name: string, attributes: Attributes, ...content: readonly string[]): string {
  const pairs = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${xmlText(String(value))}"`)
  const head = `<${name}${pairs.join('')}`
  return content.length === 0 ? `${head}/>` : `${head}>${content.join('')}</${name}>`
}
