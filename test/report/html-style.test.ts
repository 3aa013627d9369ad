import { expect, test } from 'vitest'
import { pageStyle } from '../../src/report/html-style.js'

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(colour: string): number {
  const long = colour.length === 4 ? colour.replaceAll(/[^#]/g, '$&$&') : colour
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(long.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

const schemes = [...pageStyle.matchAll(/:root[^{]*\{([^}]*--ink:[^}]*)\}/g)].map(
  ([, body = '']) =>
    new Map([...body.matchAll(/--(\w+):(#\w+)/g)].map(([, name = '', value = '']) => [name, value])),
)

test('text can be read in light and in dark: 4.5 to 1 at least', () => {
  expect(schemes).toHaveLength(2)
  expect(contrast('#fff', '#000')).toBeCloseTo(21)
  const low = schemes.flatMap((scheme) =>
    ['ink', 'soft', 'good', 'bad', 'unsure', 'candidate'].flatMap((text) =>
      ['paper', 'box'].flatMap((ground) => {
        const ratio = contrast(scheme.get(text) ?? '', scheme.get(ground) ?? '')
        return ratio >= 4.5 ? [] : [`${text} on ${ground}: ${ratio.toFixed(2)}`]
      }),
    ),
  )
  expect(low).toEqual([])
})

test('the steps of the heat map go one way in lightness, so that they can be told apart without hue', () => {
  for (const scheme of schemes) {
    const steps = [1, 2, 3, 4, 5].map((level) => luminance(scheme.get(`h${level}`) ?? ''))
    const sorted = steps.toSorted((a, b) => a - b)
    expect([sorted, sorted.toReversed()]).toContainEqual(steps)
    // The palest still differs from the paper.
    expect(contrast(scheme.get('h1') ?? '', scheme.get('paper') ?? '')).toBeGreaterThan(1.25)
  }
})

test('lines and fills differ from the paper: 3 to 1 at least', () => {
  const low = schemes.flatMap((scheme) =>
    ['control', 'candidate', 'o1', 'o2', 'o3', 'o4', 'o5'].flatMap((ink) =>
      contrast(scheme.get(ink) ?? '', scheme.get('paper') ?? '') >= 3 ? [] : [ink],
    ),
  )
  expect(low).toEqual([])
})
