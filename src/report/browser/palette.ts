/** A colour of the page's style, as light, dark or print has it now. */
export const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()

const side = 8

/** The fills by which outcomes are told apart without their colours; the style has the same for the legend. */
export function hatched(index: number, ink: string): CanvasPattern | string {
  const tile = document.createElement('canvas')
  tile.width = side
  tile.height = side
  const pen = tile.getContext('2d')
  if (pen === null || index === 0) return ink
  pen.strokeStyle = ink
  pen.lineWidth = 2.5
  const stroke = (...points: readonly (readonly [number, number, number, number])[]): void => {
    for (const [fromX, fromY, toX, toY] of points) {
      pen.beginPath()
      pen.moveTo(fromX, fromY)
      pen.lineTo(toX, toY)
      pen.stroke()
    }
  }
  // Drawn beyond the corners, so that tiles join.
  if (index === 1) stroke([-2, 2, 2, -2], [0, side, side, 0], [side - 2, side + 2, side + 2, side - 2])
  if (index === 2) stroke([0, side / 2, side, side / 2])
  if (index === 3) stroke([side / 2, 0, side / 2, side])
  if (index === 4) stroke([-2, side - 2, 2, side + 2], [0, 0, side, side], [side - 2, -2, side + 2, 2])
  if (index === 5) stroke([side / 2, 0, side / 2, side], [0, side / 2, side, side / 2])
  return pen.createPattern(tile, 'repeat') ?? ink
}
