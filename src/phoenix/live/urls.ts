// By hand: the global URL is not there in every engine that this code runs in.

const scheme = /^[a-z][a-z0-9+.-]*:/i

/** `https://host:port` of an absolute address. */
export function originOf(url: string): string {
  const host = url.indexOf('://') + 3
  const end = url.slice(host).search(/[/?#]/)
  return end < 0 ? url : url.slice(0, host + end)
}

const withoutDots = (path: string): string => {
  const kept: string[] = []
  const segments = path.split('/')
  segments.forEach((segment, index) => {
    const last = index === segments.length - 1
    if (segment === '..') {
      if (kept.length > 1) kept.pop()
    } else if (segment !== '.') kept.push(segment)
    if (last && (segment === '.' || segment === '..')) kept.push('')
  })
  return kept.join('/')
}

/** The absolute address that `href` means on the page at `base`. Source: RFC 3986 §5.2. */
export function absolute(href: string, base: string): string {
  if (scheme.test(href)) return href
  const origin = originOf(base)
  if (href.startsWith('//')) return origin.slice(0, origin.indexOf('//')) + href
  const bare = base.replace(/#.*$/s, '')
  if (href === '' || href.startsWith('#')) return bare + href
  const path = bare.slice(origin.length).replace(/\?.*$/s, '') || '/'
  if (href.startsWith('?')) return origin + path + href
  const query = href.search(/[?#]/)
  const [asked, rest] = query < 0 ? [href, ''] : [href.slice(0, query), href.slice(query)]
  const merged = asked.startsWith('/') ? asked : path.slice(0, path.lastIndexOf('/') + 1) + asked
  return origin + withoutDots(merged) + rest
}
