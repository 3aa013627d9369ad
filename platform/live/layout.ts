import { escapeHtml } from './escape.js'

export interface Document {
  readonly title: string
  readonly csrf: string
  /** What is in the body, HTML. */
  readonly body: string
  /** Does the page connect a LiveView? */
  readonly connects: boolean
}

const scripts = ['phoenix.min.js', 'phoenix_live_view.min.js', 'app.js']
  .map((name) => `<script defer phx-track-static src="/assets/${name}"></script>`)
  .join('\n')

/** A whole HTML document around a body. */
export const documentOf = ({ title, csrf, body, connects }: Document): string => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="csrf-token" content="${escapeHtml(csrf)}">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<link phx-track-static rel="stylesheet" href="/assets/app.css">
${connects ? scripts : ''}
</head>
<body>
<div id="loading" hidden></div>
${body}
</body>
</html>
`

/** Headers of an HTML answer, with the session's cookie when there is one to set. */
export const htmlHeaders = (cookie: string | undefined): Record<string, string> => ({
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'max-age=0, private, must-revalidate',
  ...(cookie === undefined ? {} : { 'set-cookie': cookie }),
})
