// Colours of the charts, safe for colour-blind eyes: Okabe-Ito (categories), viridis (magnitude), blue-orange (change).

export type Rgb = readonly [number, number, number]

/** Okabe and Ito 2008, without black and yellow: those two vanish on a dark or a white ground. */
export const okabeIto = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00'] as const

/** The colour of the i-th model or category; begins again after six. */
export function categoryColor(index: number): string {
  return okabeIto[((index % okabeIto.length) + okabeIto.length) % okabeIto.length] ?? okabeIto[0]
}

// matplotlib's viridis at ninths.
const viridisStops: readonly Rgb[] = [
  [68, 1, 84],
  [71, 44, 122],
  [59, 81, 139],
  [44, 113, 142],
  [33, 144, 141],
  [39, 173, 129],
  [92, 200, 99],
  [170, 220, 50],
  [253, 231, 37],
]

/** Viridis at t in [0, 1]. */
export function viridis(t: number): Rgb {
  return interpolate(viridisStops, t)
}

const lightDiverging: readonly Rgb[] = [
  [0, 82, 147],
  [86, 158, 211],
  [238, 238, 238],
  [240, 152, 66],
  [184, 78, 0],
]
const darkDiverging: readonly Rgb[] = [
  [102, 184, 255],
  [44, 110, 166],
  [52, 54, 58],
  [176, 100, 26],
  [255, 160, 74],
]

/** Blue (-1) over the ground's grey (0) to orange (1). */
export function diverging(t: number, dark: boolean): Rgb {
  return interpolate(dark ? darkDiverging : lightDiverging, (t + 1) / 2)
}

export function cssColor([red, green, blue]: Rgb, alpha = 1): string {
  return alpha === 1 ? `rgb(${red} ${green} ${blue})` : `rgb(${red} ${green} ${blue} / ${alpha})`
}

function interpolate(stops: readonly Rgb[], t: number): Rgb {
  const at = Math.min(Math.max(Number.isFinite(t) ? t : 0, 0), 1) * (stops.length - 1)
  const low = stops[Math.floor(at)] ?? ([0, 0, 0] as const)
  const high = stops[Math.ceil(at)] ?? low
  const part = at - Math.floor(at)
  const mix = (channel: 0 | 1 | 2) => Math.round(low[channel] + (high[channel] - low[channel]) * part)
  return [mix(0), mix(1), mix(2)]
}
