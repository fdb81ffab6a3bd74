// Zooming into a picture around a point, and moving it within its frame. Pure; lengths in CSS pixels of the frame.

export interface View {
  /** 1 = the whole picture fits. */
  readonly scale: number
  /** Shift of the picture's middle from the frame's. */
  readonly x: number
  readonly y: number
}

export const wholeView: View = { scale: 1, x: 0, y: 0 }
export const greatestScale = 16

/** Scales by `factor`; the point (from the frame's middle) stays where it is. */
export function zoomAt(
  view: View,
  factor: number,
  point: { x: number; y: number },
  frame: { width: number; height: number },
): View {
  const scale = Math.min(Math.max(view.scale * factor, 1), greatestScale)
  const ratio = scale / view.scale
  return keepInFrame({ scale, x: point.x - (point.x - view.x) * ratio, y: point.y - (point.y - view.y) * ratio }, frame)
}

export function panBy(view: View, dx: number, dy: number, frame: { width: number; height: number }): View {
  return keepInFrame({ ...view, x: view.x + dx, y: view.y + dy }, frame)
}

/** The picture never leaves the frame; at scale 1 it is centred. */
function keepInFrame({ scale, x, y }: View, { width, height }: { width: number; height: number }): View {
  const most = { x: ((scale - 1) * width) / 2, y: ((scale - 1) * height) / 2 }
  const within = (value: number, limit: number) => Math.min(Math.max(value, -limit), limit) + 0
  return { scale, x: within(x, most.x), y: within(y, most.y) }
}
