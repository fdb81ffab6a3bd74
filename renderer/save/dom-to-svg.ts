// What a part of the page looks like, as an SVG drawing of its own: boxes, text, nested drawings and canvases, with their
// computed colours as attributes. Nothing in it needs the page's style sheets.

const svgNamespace = 'http://www.w3.org/2000/svg'
const marginPx = 12

/** What decides how a shape or a text of a nested drawing looks. */
const drawnProperties = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-opacity',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'dominant-baseline',
  'paint-order',
  'stroke-linejoin',
] as const

/** What is for use and not for looking at: the button that saves, menus, choices. */
const controls = '[aria-haspopup], [role="radiogroup"], [role="combobox"], input, .mantine-Input-wrapper'

/** The element as it stands on the screen, on its own ground. */
export function domToSvg(root: HTMLElement): string {
  const frame = root.getBoundingClientRect()
  const [width, height] = [Math.ceil(frame.width), Math.ceil(frame.height)]
  const svg = document.createElementNS(svgNamespace, 'svg')
  const page = { x: -marginPx, y: -marginPx, width: width + 2 * marginPx, height: height + 2 * marginPx }
  setAll(svg, {
    xmlns: svgNamespace,
    width: page.width,
    height: page.height,
    viewBox: `${page.x} ${page.y} ${page.width} ${page.height}`,
  })
  svg.append(box(page, groundOf(root)))
  drawElement(root, svg, frame)
  return new XMLSerializer().serializeToString(svg)
}

interface Place {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The first ground that is not transparent, from the element upwards. */
function groundOf(element: HTMLElement): string {
  for (let at: HTMLElement | null = element; at !== null; at = at.parentElement) {
    const { backgroundColor } = getComputedStyle(at)
    if (isVisible(backgroundColor)) return backgroundColor
  }
  return 'white'
}

function isVisible(color: string): boolean {
  return color !== 'transparent' && !/^rgba\(.*,\s*0\)$|\/\s*0\)$/.test(color)
}

function drawElement(element: Element, into: SVGElement, frame: DOMRect): void {
  if (element.matches(controls)) {
    // Of a choice, what was chosen.
    const input = element.querySelector('input')
    if (input !== null) drawValue(input, into, frame)
    return
  }
  const style = getComputedStyle(element)
  const opacity = Number(style.opacity)
  if (style.display === 'none' || style.visibility === 'hidden' || opacity === 0) return
  if (opacity < 1) {
    const group = document.createElementNS(svgNamespace, 'g')
    setAll(group, { opacity })
    into.append(group)
    drawVisible(element, style, group, frame)
    return
  }
  drawVisible(element, style, into, frame)
}

function drawVisible(element: Element, style: CSSStyleDeclaration, into: SVGElement, frame: DOMRect): void {
  const place = placeOf(element.getBoundingClientRect(), frame)
  if (element instanceof SVGSVGElement) {
    into.append(copyDrawing(element, place))
    return
  }
  if (element instanceof HTMLCanvasElement) {
    const image = document.createElementNS(svgNamespace, 'image')
    setAll(image, { ...place, href: element.toDataURL('image/png') })
    into.append(image)
    return
  }
  drawBox(style, place, into)
  for (const child of element.childNodes) {
    if (child instanceof Element) drawElement(child, into, frame)
    else if (child instanceof Text) drawText(child, style, into, frame)
  }
}

function drawBox(style: CSSStyleDeclaration, place: Place, into: SVGElement): void {
  if (place.width === 0 || place.height === 0) return
  const radius = Math.min(parseFloat(style.borderTopLeftRadius) || 0, place.width / 2, place.height / 2)
  const round = style.borderTopLeftRadius.endsWith('%') ? Math.min(place.width, place.height) / 2 : radius
  if (isVisible(style.backgroundColor)) {
    const ground = box(place, style.backgroundColor)
    setAll(ground, { rx: round })
    into.append(ground)
  }
  drawBorder(style, place, round, into)
}

/** A border that is the same all round follows the corners; others are lines. */
function drawBorder(style: CSSStyleDeclaration, place: Place, radius: number, into: SVGElement): void {
  const { x, y, width, height } = place
  const edges = [
    ['top', x, y, x + width, y],
    ['bottom', x, y + height, x + width, y + height],
    ['left', x, y, x, y + height],
    ['right', x + width, y, x + width, y + height],
  ] as const
  const drawn = edges.flatMap(([side, x1, y1, x2, y2]) => {
    const thickness = parseFloat(style.getPropertyValue(`border-${side}-width`)) || 0
    const stroke = style.getPropertyValue(`border-${side}-color`)
    return thickness === 0 || !isVisible(stroke) ? [] : [{ x1, y1, x2, y2, stroke, 'stroke-width': thickness }]
  })
  const [first] = drawn
  if (first !== undefined && drawn.length === edges.length && drawn.every(({ stroke }) => stroke === first.stroke)) {
    const outline = box(place, 'none')
    setAll(outline, { rx: radius, stroke: first.stroke, 'stroke-width': first['stroke-width'] })
    into.append(outline)
    return
  }
  for (const edge of drawn) {
    const line = document.createElementNS(svgNamespace, 'line')
    setAll(line, edge)
    into.append(line)
  }
}

function drawValue(input: HTMLInputElement, into: SVGElement, frame: DOMRect): void {
  const style = getComputedStyle(input)
  const { x, y, height } = placeOf(input.getBoundingClientRect(), frame)
  into.append(line(input.value, x + (parseFloat(style.paddingLeft) || 0), y + height / 2, style))
}

/** Each line of a text by itself, cut where its element cuts it. */
function drawText(text: Text, style: CSSStyleDeclaration, into: SVGElement, frame: DOMRect): void {
  if (text.data.trim() === '') return
  const clip = text.parentElement?.getBoundingClientRect()
  for (const { words, rect } of linesOf(text)) {
    const { x, y, height } = placeOf(rect, frame)
    const isCut = clip !== undefined && style.overflow !== 'visible' && rect.right > clip.right + 1
    const share = isCut ? Math.max(0, (clip.right - rect.left) / rect.width) : 1
    if (share === 0) continue
    const shown = isCut ? `${words.slice(0, Math.max(0, Math.floor(words.length * share) - 1))}…` : words
    into.append(line(shown, x, y + height / 2, style))
  }
}

function line(words: string, x: number, middle: number, style: CSSStyleDeclaration): SVGTextElement {
  const text = document.createElementNS(svgNamespace, 'text')
  setAll(text, {
    x,
    y: middle,
    'dominant-baseline': 'central',
    fill: style.color,
    'font-family': style.fontFamily,
    'font-size': style.fontSize,
    'font-weight': style.fontWeight,
  })
  text.textContent = words
  return text
}

function linesOf(text: Text): readonly { readonly words: string; readonly rect: DOMRect }[] {
  const range = document.createRange()
  const lines: { words: string; rect: DOMRect }[] = []
  for (const { index, 0: word } of text.data.matchAll(/\S+/g)) {
    range.setStart(text, index)
    range.setEnd(text, index + word.length)
    const rect = range.getBoundingClientRect()
    const last = lines.at(-1)
    if (last !== undefined && Math.abs(last.rect.top - rect.top) < rect.height / 2) {
      last.words += ` ${word}`
      last.rect = new DOMRect(last.rect.x, last.rect.y, rect.right - last.rect.x, last.rect.height)
    } else {
      lines.push({ words: word, rect })
    }
  }
  return lines
}

function copyDrawing(source: SVGSVGElement, place: Place): SVGSVGElement {
  const copy = document.createElementNS(svgNamespace, 'svg')
  for (const child of source.childNodes) copy.append(child.cloneNode(true))
  const originals = source.querySelectorAll('*')
  copy.querySelectorAll('*').forEach((element, index) => {
    const original = originals[index]
    if (original === undefined) return
    const style = getComputedStyle(original)
    for (const property of drawnProperties) element.setAttribute(property, style.getPropertyValue(property))
    element.removeAttribute('class')
    element.removeAttribute('style')
  })
  const viewBox = source.getAttribute('viewBox')
  setAll(copy, { ...place, overflow: 'visible', ...(viewBox === null ? {} : { viewBox }) })
  return copy
}

function box(place: Place, fill: string): SVGRectElement {
  const rect = document.createElementNS(svgNamespace, 'rect')
  setAll(rect, { ...place, fill })
  return rect
}

function placeOf(rect: DOMRect, frame: DOMRect): Place {
  return {
    x: round(rect.left - frame.left),
    y: round(rect.top - frame.top),
    width: round(rect.width),
    height: round(rect.height),
  }
}

function round(pixels: number): number {
  return Math.round(pixels * 100) / 100
}

function setAll(element: Element, attributes: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value))
}
