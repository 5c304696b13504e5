import type { FleetTarget } from '@rollcall/services'
import { type CellMark, verdictWords } from '../../components/vocabulary.ts'
import type { Tone } from '../../ui/tone.ts'
import { cellPlace, type GridLayout } from './grid-layout.ts'

type Paint = CanvasRenderingContext2D
type Brush = (paint: Paint, x: number, y: number, size: number) => void

const path = (points: readonly (readonly [number, number])[]): Brush => {
  return (paint, x, y, size) => {
    paint.beginPath()
    for (const [dx, dy] of points) paint.lineTo(x + dx * size, y + dy * size)
    paint.fill()
  }
}

/** Each mark keeps its shape down to seven pixels, so that colour is never the only difference. */
const brushes: Record<CellMark, Brush> = {
  quiet: (paint, x, y, size) => paint.fillRect(x, y, size, size),
  full: (paint, x, y, size) => paint.fillRect(x, y, size, size),
  ring: (paint, x, y, size) => paint.strokeRect(x + 1, y + 1, size - 2, size - 2),
  frame: (paint, x, y, size) => paint.strokeRect(x + 0.75, y + 0.75, size - 1.5, size - 1.5),
  dot: (paint, x, y, size) => paint.fillRect(x + size * 0.32, y + size * 0.32, size * 0.36, size * 0.36),
  bar: (paint, x, y, size) => paint.fillRect(x, y + size * 0.34, size, size * 0.32),
  split: path([
    [0, 1],
    [0, 0],
    [1, 0],
  ]),
  up: path([
    [0.5, 0],
    [1, 1],
    [0, 1],
  ]),
  hole: (paint, x, y, size) => {
    paint.fillRect(x, y, size, size)
    paint.clearRect(x + size * 0.32, y + size * 0.32, size * 0.36, size * 0.36)
  },
  cross: (paint, x, y, size) => {
    paint.beginPath()
    paint.moveTo(x + 1, y + 1)
    paint.lineTo(x + size - 1, y + size - 1)
    paint.moveTo(x + size - 1, y + 1)
    paint.lineTo(x + 1, y + size - 1)
    paint.stroke()
  },
}

interface Drawing {
  canvas: HTMLCanvasElement
  layout: GridLayout
  width: number
  targets: readonly FleetTarget[]
  /** null when all are looked for */
  found: ReadonlySet<string> | null
}

/** Paints a whole fleet in one go, in the colours the page has now. What was not looked for is left faint. */
export function drawFleet({ canvas, layout, width, targets, found }: Drawing): void {
  const ratio = window.devicePixelRatio || 1
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(layout.height * ratio)
  const paint = canvas.getContext('2d')
  if (!paint) return
  paint.scale(ratio, ratio)
  paint.lineWidth = layout.cell > 12 ? 2 : 1.5
  const style = getComputedStyle(canvas)
  const colour = (token: string) => style.getPropertyValue(token).trim()
  const tones: Record<Tone, string> = {
    good: colour('--good-quiet'),
    move: colour('--move'),
    person: colour('--person'),
    bad: colour('--bad'),
    wait: colour('--wait'),
    none: colour('--none'),
  }
  targets.forEach(({ slug, verdict }, index) => {
    const { tone, cell } = verdictWords[verdict]
    const { x, y } = cellPlace(layout, index)
    paint.globalAlpha = found === null || found.has(slug) ? 1 : 0.14
    paint.fillStyle = tones[tone]
    paint.strokeStyle = tones[tone]
    brushes[cell](paint, x, y, layout.cell)
  })
}
