import { UserError } from '../../../model/errors.js'

/** One header of a request. Throws `UserError` for signs that would end it early. Source: RFC 9110 §5. */
export function headerLine(name: string, value: string): string {
  if (/[\r\n\0]/.test(value) || /[^!-9;-~]/.test(name)) {
    throw new UserError(`The header "${name}" has a line break or a sign that HTTP forbids.`, {
      hint: 'Mend its value in the configuration or the data.',
    })
  }
  return `${name}: ${value}\r\n`
}
