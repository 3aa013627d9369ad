import type { Control } from './controls.js'
import { encodeForm, unusedName, type Pair } from './form-encoding.js'
import { detached } from '../detached.js'
import type { Dialect } from './version.js'

/** What a user put into a field, and what the server had rendered there at that moment. */
interface Typed {
  value: string
  rendered: string | undefined
}

const isCheckable = ({ type }: Control): boolean => type === 'checkbox' || type === 'radio'
const isButton = ({ type }: Control): boolean => ['submit', 'button', 'reset', 'image', 'file'].includes(type)

/** What the server rendered as the value of all controls of a name. */
const renderedAs = (controls: readonly Control[], name: string): string =>
  controls
    .filter((control) => control.name === name && (!isCheckable(control) || control.checked))
    .flatMap(({ values }) => values)
    .join('\u0000')

/** Why a user could not put this value into a field of this name. */
export function obstacle(
  controls: readonly Control[],
  name: string,
  value: string,
): 'absent' | 'disabled' | undefined {
  const same = controls.filter((control) => control.name === name && !isButton(control))
  if (same.length === 0) return 'absent'
  if (same.every(({ disabled }) => disabled)) return 'disabled'
  const selects = same.filter(({ type }) => type === 'select')
  const isOffered = selects.some(({ options }) => options.some((option) => option.value === value))
  return selects.length > 0 && !isOffered ? 'absent' : undefined
}

/** What is sent of a form besides its fields. */
export interface Sending {
  /** Only these names; all when empty. */
  readonly only: readonly string[]
  readonly submitter: Control | undefined
  readonly dialect: Dialect
  /** Behind the fields, within the text. */
  readonly extra: readonly Pair[]
  /** `phx-no-unused-field` of the form. */
  readonly noUnused: boolean
}

/** What one user did to a form of a view: it outlives renderings, as the fields of a browser do. */
export class FilledForm {
  private readonly typed = new Map<string, Typed>()
  private submitted = false

  /** Puts a value into the fields of this name. Those of a checkbox or radio are checked when the value is theirs. */
  fill(controls: readonly Control[], name: string, value: string): void {
    this.typed.set(name, { value, rendered: detached(renderedAs(controls, name)) })
  }

  /** All fields count as used from now on. */
  submit(): void {
    this.submitted = true
  }

  /** What was typed is kept although the server rendered the form anew, as after a crash. */
  keep(controls: readonly Control[]): void {
    for (const [name, typed] of this.typed) typed.rendered = detached(renderedAs(controls, name))
  }

  /**
   * The form as text, fields in the order of the page. Source: WHATWG HTML, "constructing the entry list"; phoenix-
   * wire §4.
   */
  text(controls: readonly Control[], { only, submitter, dialect, extra, noUnused }: Sending): string {
    const pairs: Pair[] = []
    for (const control of controls) {
      const { name } = control
      if (name === '' || control.disabled || (only.length > 0 && !only.includes(name))) continue
      const unused = dialect.unused && !noUnused && name !== submitter?.name && this.isUnused(name, controls)
      for (const value of control === submitter ? control.values : this.valuesOf(control, controls)) {
        if (unused) pairs.push([unusedName(name), ''])
        pairs.push([name, value])
      }
    }
    return encodeForm([...pairs, ...extra])
  }

  private valuesOf(control: Control, controls: readonly Control[]): readonly string[] {
    if (isButton(control)) return []
    const typed = this.typedInto(control.name, controls)
    if (isCheckable(control)) {
      const checked = typed === undefined ? control.checked : control.values.includes(typed)
      return checked ? control.values : []
    }
    // The hidden field before a checkbox says what no check means: it is not what the user sets.
    const isCompanion =
      control.type === 'hidden' &&
      controls.some(({ name, type }) => name === control.name && type !== 'hidden')
    return typed === undefined || isCompanion ? control.values : [typed]
  }

  /** What the user typed, unless the server has rendered something else since. */
  private typedInto(name: string, controls: readonly Control[]): string | undefined {
    const typed = this.typed.get(name)
    if (typed === undefined) return undefined
    return typed.rendered === renderedAs(controls, name) ? typed.value : undefined
  }

  private isUnused(name: string, controls: readonly Control[]): boolean {
    if (this.submitted || this.typed.has(name)) return false
    const same = controls.filter((control) => control.name === name)
    return (
      same.some(({ type }) => type !== 'hidden') &&
      !same.some(({ attributes }) => attributes['phx-no-unused-field'] !== undefined)
    )
  }
}
