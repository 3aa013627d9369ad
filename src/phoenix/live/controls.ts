import {
  attributesOf,
  behind,
  elementEnd,
  nextTag,
  textOf,
  unescape,
  type Attributes,
  type Tag,
} from './tags.js'

/** An option of a select. */
interface Option {
  readonly value: string
  readonly selected: boolean
}

/** A control of a form that can have a value, as the server rendered it. */
export interface Control {
  readonly name: string
  /** `type` of an input, `select`, `textarea`, or `submit` for a button. */
  readonly type: string
  /** One, but for a select of many. */
  readonly values: readonly string[]
  readonly checked: boolean
  readonly disabled: boolean
  readonly attributes: Attributes
  /** Of a select, else empty. */
  readonly options: readonly Option[]
}

const optionsOf = (html: string): Option[] => {
  const options: Option[] = []
  for (let tag = nextTag(html, 0); tag !== undefined; tag = nextTag(html, tag.end)) {
    if (tag.name !== 'option' || tag.closing) continue
    const { value, selected, disabled } = attributesOf(html, tag)
    const next = nextTag(html, tag.end)
    const text = textOf(html.slice(tag.end, next?.start))
    // A disabled option can be shown, but not sent.
    if (disabled === undefined) options.push({ value: value ?? text, selected: selected !== undefined })
  }
  return options
}

/** The first line break of a textarea is not part of its value. Source: WHATWG HTML, "the textarea element". */
const textareaValue = (html: string, tag: Tag): string =>
  unescape(html.slice(tag.end, behind(html, tag)).replace(/^\r?\n/, ''))

const typeOf = ({ name }: Tag, attributes: Attributes): string => {
  if (name === 'select' || name === 'textarea') return name
  return (attributes.type ?? (name === 'button' ? 'submit' : 'text')).toLowerCase()
}

const selectedOf = (options: readonly Option[], many: boolean): string[] => {
  const selected = options.filter((option) => option.selected)
  // Without a choice the first option is chosen; of two the last.
  return (many ? selected : [selected.at(-1) ?? options[0]]).flatMap((option) => option?.value ?? [])
}

const controlOf = (html: string, tag: Tag, within: boolean): Control => {
  const attributes = attributesOf(html, tag)
  const type = typeOf(tag, attributes)
  const options = type === 'select' ? optionsOf(html.slice(tag.end, elementEnd(html, tag))) : []
  const checkable = type === 'checkbox' || type === 'radio'
  let values = [attributes.value ?? (checkable ? 'on' : '')]
  if (type === 'textarea') values = [textareaValue(html, tag)]
  if (type === 'select') values = selectedOf(options, attributes.multiple !== undefined)
  return {
    name: attributes.name ?? '',
    type,
    values,
    checked: attributes.checked !== undefined,
    disabled: within || attributes.disabled !== undefined,
    attributes,
    options,
  }
}

const kinds = new Set(['input', 'select', 'textarea', 'button'])

/** Controls of a form in the order of the page. Those outside of it, bound by a `form` attribute, are not seen. */
export function controlsOf(form: string): Control[] {
  const controls: Control[] = []
  let disabledUntil = 0
  for (let tag = nextTag(form, 0); tag !== undefined; tag = nextTag(form, behind(form, tag))) {
    if (tag.closing) continue
    if (tag.name === 'fieldset' && attributesOf(form, tag).disabled !== undefined)
      disabledUntil = Math.max(disabledUntil, elementEnd(form, tag))
    if (kinds.has(tag.name)) controls.push(controlOf(form, tag, tag.start < disabledUntil))
  }
  return controls
}
