/** The look of all pages. Labels of seats are drawn by the browser: a seat map of thousands is sent without them. */
export const style = `body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
#loading { background: #0a7; height: 3px; inset: 0 0 auto; position: fixed; }
.flash, #notice { border-left: 4px solid #c60; padding: 0.25rem 0.75rem; }
.info { border-color: #0a7; }
#notice.none { display: none; }
dl { display: grid; gap: 0 1rem; grid-template-columns: max-content max-content; }
dd { margin: 0; }
#seats { display: flex; flex-wrap: wrap; gap: 2px; }
.seat { border: 1px solid #999; cursor: pointer; min-width: 3rem; padding: 0.25rem; }
.seat::before { content: attr(phx-value-seat); }
.seat.available { background: #dfd; }
.seat.held { background: #fe9; }
.seat.sold, .seat.blocked { background: #ccc; }
.filter-available .seat:not(.available) { display: none; }
.wrong { color: #b00; }
.phx-error { opacity: 0.6; }
`
