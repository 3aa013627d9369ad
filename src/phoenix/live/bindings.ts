import type { Json, JsonObject } from '../../model/scenario.js'
import { isObject } from '../json.js'
import { controlsOf } from './controls.js'
import type { FoundElement } from './element.js'
import { isList } from './json-list.js'

/** What a binding has the client do at the server. Commands that only change the page are left out. */
export type Action =
  | {
      readonly kind: 'push'
      readonly event: string
      readonly value: JsonObject | undefined
      readonly target: string | undefined
    }
  | { readonly kind: 'patch' | 'navigate'; readonly to: string }

const commandsIn = (binding: string): readonly Json[] => {
  try {
    const value: unknown = JSON.parse(binding)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

const actionOf = (command: Json): Action[] => {
  const [kind, args] = isList(command) ? command : []
  if (!isObject(args)) return []
  if (kind === 'push' && typeof args.event === 'string') {
    const { target, value } = args
    return [
      {
        kind,
        event: args.event,
        value: isObject(value) ? value : undefined,
        target: typeof target === 'string' || typeof target === 'number' ? String(target) : undefined,
      },
    ]
  }
  if ((kind === 'patch' || kind === 'navigate') && typeof args.href === 'string')
    return [{ kind, to: args.href }]
  return []
}

/** What `phx-click` and the like ask for: the name of an event, or commands as `Phoenix.LiveView.JS` writes them. */
export function actionsOf(binding: string | undefined): readonly Action[] {
  if (binding === undefined || binding === '') return []
  if (!binding.startsWith('[')) return [{ kind: 'push', event: binding, value: undefined, target: undefined }]
  return commandsIn(binding).flatMap(actionOf)
}

/** Numbers that an element has as its value whether or not it is written. */
const numeric = new Set(['li', 'progress', 'meter'])

/** `value` as the browser's element would have it; undefined when it has none. */
const ownValue = ({ tag, attributes, html, text }: FoundElement): string | number | undefined => {
  const { value } = attributes
  if (numeric.has(tag)) return Number.isFinite(Number(value)) ? Number(value ?? 0) : 0
  switch (tag) {
    case 'button':
    case 'data':
    case 'param':
      return value ?? ''
    case 'option':
      return value ?? text
    case 'output':
      return text
    case 'input':
    case 'select':
    case 'textarea': {
      const control = controlsOf(html)[0]
      const isOff = control?.type === 'checkbox' || control?.type === 'radio' ? !control.checked : false
      return isOff ? undefined : (control?.values[0] ?? '')
    }
    default:
      return undefined
  }
}

/** `phx-value-*` of an element, by name. */
export function phxValues({ attributes }: FoundElement): Record<string, string> {
  const values: Record<string, string> = {}
  for (const [name, value] of Object.entries(attributes))
    if (name.startsWith('phx-value-')) values[name.slice('phx-value-'.length)] = value
  return values
}

/**
 * What an element's event carries: `data` of the event itself, `phx-value-*`, `value`, and what the command says.
 * Source: phoenix-wire §4.
 */
export function eventValue(
  element: FoundElement,
  data: JsonObject,
  ofCommand: JsonObject | undefined,
): JsonObject {
  const value = ownValue(element)
  return { ...data, ...phxValues(element), ...(value === undefined ? {} : { value }), ...ofCommand }
}
