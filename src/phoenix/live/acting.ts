import type { Json, JsonObject } from '../../model/scenario.js'
import { actionsOf, eventValue, phxValues, type Action } from './bindings.js'
import { controlsOf, type Control } from './controls.js'
import type { FoundElement } from './element.js'
import { FilledForm, obstacle } from './filled-form.js'
import type { Pair } from './form-encoding.js'
import type { Member } from './member.js'
import { Stuck } from './stuck.js'
import { dialectOf, type Dialect } from './version.js'
import type { ViewReply } from './view-reply.js'
import type { Owned } from './views.js'

export type Done = (reply: ViewReply) => void

/** The page as one acts on it. */
export interface Stage {
  /** Throws `Stuck`. */
  need(selector: string): Owned
  version(): string | undefined
  patch(to: string, done: Done): void
  navigate(to: string, done: Done): void
}

interface Form extends Owned {
  readonly controls: readonly Control[]
  readonly filled: FilledForm
}

type Push = Extract<Action, { readonly kind: 'push' }>

const ignore: Done = () => {}

const isPush = (action: Action): action is Push => action.kind === 'push'

/** Calls `act` for each of some; only the last one's reply is told. */
const eachTold = <T>(all: readonly T[], done: Done, act: (one: T, told: Done) => void): void =>
  all.forEach((one, index) => act(one, index === all.length - 1 ? done : ignore))

const canBeDisabled = new Set(['button', 'input', 'select', 'textarea', 'option', 'fieldset'])

const refuseDisabled = ({ tag, attributes }: FoundElement, selector: string): void => {
  if (canBeDisabled.has(tag) && attributes.disabled !== undefined) throw new Stuck(selector, 'disabled')
}

/**
 * What a user does to elements, sent as the browser client of the server's version sends it. Source: phoenix-wire §4,
 * "Events".
 */
export class Acting {
  private readonly forms = new Map<string, FilledForm>()

  constructor(private readonly stage: Stage) {}

  click(selector: string, done: Done): void {
    const { member, element } = this.stage.need(selector)
    refuseDisabled(element, selector)
    const { 'data-phx-link': link, href, 'phx-click': binding } = element.attributes
    const actions = [...actionsOf(binding)]
    if (href !== undefined && link === 'patch') actions.push({ kind: 'patch', to: href })
    if (href !== undefined && link === 'redirect') actions.push({ kind: 'navigate', to: href })
    if (actions.length === 0) throw new Stuck(selector, 'no_binding')
    eachTold(actions, done, (action, told) => {
      if (isPush(action)) this.send('click', { member, element }, action, {}, told)
      else if (action.kind === 'patch') this.stage.patch(action.to, told)
      else this.stage.navigate(action.to, told)
    })
  }

  /** Key or focus. A key that `phx-key` does not want sends nothing, so that it is `no_binding`. */
  signal(
    selector: string,
    type: 'keydown' | 'keyup' | 'focus' | 'blur',
    key: string | undefined,
    done: Done,
  ): void {
    const owned = this.stage.need(selector)
    const { attributes } = owned.element
    refuseDisabled(owned.element, selector)
    const actions = actionsOf(attributes[`phx-${type}`] ?? attributes[`phx-window-${type}`]).filter(isPush)
    const wanted = attributes['phx-key']
    const isOther = key !== undefined && wanted !== undefined && wanted.toLowerCase() !== key.toLowerCase()
    if (actions.length === 0 || isOther) throw new Stuck(selector, 'no_binding')
    const data = key === undefined ? {} : { key }
    eachTold(actions, done, (action, told) => this.send(type, owned, action, data, told))
  }

  /** Fills fields one after the other; each sends the form's change, as each would in a browser. */
  change(selector: string, values: Readonly<Record<string, string>>, done: Done): void {
    const form = this.fillable(selector, values)
    const changes = Object.entries(values).flatMap(([name, value]) => {
      const control = form.controls.find(
        (one) => one.name === name && one.attributes['phx-change'] !== undefined,
      )
      const actions = actionsOf((control ?? form.element).attributes['phx-change']).filter(isPush)
      if (actions.length === 0) throw new Stuck(selector, 'no_binding')
      return actions.map((action) => ({ name, value, control, action }))
    })
    if (changes.length === 0) throw new Stuck(selector, 'no_binding')
    eachTold(changes, done, ({ name, value, control, action }, told) => {
      form.filled.fill(form.controls, name, value)
      this.sendChange(form, action, name, control, told)
    })
  }

  /** Fills fields, without their changes, and submits the form by its first button. */
  submit(selector: string, values: Readonly<Record<string, string>>, done: Done): void {
    const form = this.fillable(selector, values)
    const actions = actionsOf(form.element.attributes['phx-submit']).filter(isPush)
    if (actions.length === 0) throw new Stuck(selector, 'no_binding')
    const submitter = form.controls.find(({ type }) => type === 'submit' || type === 'image')
    if (submitter?.disabled === true) throw new Stuck(selector, 'disabled')
    for (const [name, value] of Object.entries(values)) form.filled.fill(form.controls, name, value)
    form.filled.submit()
    eachTold(actions, done, (action, told) => {
      const meta = { ...phxValues(form.element), ...action.value }
      const dialect = this.dialect
      const value = this.text(form, [], submitter, pairsOf(dialect.meta ? {} : meta))
      this.push(form, action, { type: 'form', value, meta: dialect.meta ? meta : undefined }, told)
    })
  }

  /**
   * After a rejoin: what was filled in is sent again, as the browser client recovers forms with an id. Source:
   * phoenix-wire §6.
   */
  recover(find: (selector: string) => Owned | undefined): void {
    for (const [key, filled] of this.forms) {
      const owned = find(key)
      const { id, 'phx-auto-recover': recovery, 'phx-change': change } = owned?.element.attributes ?? {}
      if (owned === undefined || id === undefined || recovery === 'ignore') continue
      const controls = controlsOf(owned.element.html)
      filled.keep(controls)
      const field = controls.find(({ name, type }) => name !== '' && type !== 'hidden') ?? controls[0]
      const form = { ...owned, controls, filled }
      if (change === undefined || field === undefined) continue
      for (const action of actionsOf(recovery ?? change).filter(isPush))
        this.sendChange(form, action, field.name, undefined, ignore)
    }
  }

  /** Forms are new: another page. */
  forget(): void {
    this.forms.clear()
  }

  private get dialect(): Dialect {
    return dialectOf(this.stage.version())
  }

  /** A form and what its user put into it so far. Throws `Stuck` when one of the values cannot be put in. */
  private fillable(selector: string, values: Readonly<Record<string, string>>): Form {
    const owned = this.stage.need(selector)
    if (owned.element.tag !== 'form') throw new Stuck(selector, 'no_binding')
    const controls = controlsOf(owned.element.html)
    for (const [name, value] of Object.entries(values)) {
      const why = obstacle(controls, name, value)
      if (why !== undefined) throw new Stuck(`${selector} [name="${name}"]`, why)
    }
    const { id } = owned.element.attributes
    const key = id === undefined ? selector : `#${id.replaceAll(/[^\w-]/g, String.raw`\$&`)}`
    const filled = this.forms.get(key) ?? new FilledForm()
    this.forms.set(key, filled)
    return { ...owned, controls, filled }
  }

  private sendChange(form: Form, action: Push, name: string, own: Control | undefined, done: Done): void {
    const { dialect } = this
    const meta = { _target: name, ...phxValues(form.element), ...action.value }
    const value = this.text(
      form,
      own === undefined ? [] : [name],
      undefined,
      pairsOf(dialect.meta ? {} : meta),
    )
    const payload = { type: 'form', value, meta: dialect.meta ? meta : undefined, uploads: {} }
    this.push(form, action, payload, done, own?.attributes['phx-target'])
  }

  private text(form: Form, only: string[], submitter: Control | undefined, extra: readonly Pair[]): string {
    const noUnused = form.element.attributes['phx-no-unused-field'] !== undefined
    return form.filled.text(form.controls, { only, submitter, dialect: this.dialect, extra, noUnused })
  }

  private send(type: string, owned: Owned, action: Push, data: JsonObject, done: Done): void {
    this.push(owned, action, { type, value: eventValue(owned.element, data, action.value) }, done)
  }

  private push(owned: Owned, action: Push, payload: JsonObject, done: Done, of?: string): void {
    const spec = action.target ?? of ?? owned.element.attributes['phx-target']
    const { member, cid } = this.target(owned.member, spec)
    const { type, ...rest } = payload
    member.push('event', { type, event: action.event, ...rest, cid }, done)
  }

  /** `phx-target`: a cid, or a selector whose component it is; without one the view itself. */
  private target(member: Member, spec: string | undefined): { member: Member; cid: number | undefined } {
    if (spec === undefined) return { member, cid: undefined }
    if (/^\d+$/.test(spec)) return { member, cid: Number(spec) }
    const owned = this.stage.need(spec)
    return { member: owned.member, cid: owned.element.cid }
  }
}

const pairsOf = (values: Readonly<Record<string, Json | undefined>>): Pair[] =>
  Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
