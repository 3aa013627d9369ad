const special = /[&<>"']/
const every = /[&<>"']/g

/** Text as it is written into HTML, attributes included. */
export const escapeHtml = (text: string): string =>
  special.test(text) ? text.replace(every, (character) => `&#${character.charCodeAt(0)};`) : text
