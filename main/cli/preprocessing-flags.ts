// The options that say how images are prepared for a model: each takes the place of one of the steps that it had. Pure.
import { type Command, InvalidArgumentError, Option } from 'commander'
import { FoibleError } from '#core/errors.ts'
import {
  type ChosenPreprocessing,
  preprocessingSchema,
  resampleFilters,
  tensorLayouts,
} from '#core/models/model-settings.ts'

type Triple = readonly [number, number, number]
type Size = { readonly width: number; readonly height: number }

export interface StepFlags {
  readonly resize?: ChosenPreprocessing['resize'] | 'none'
  readonly crop?: Size | 'none'
  readonly rescale?: number
  readonly mean?: Triple
  readonly std?: Triple
  readonly interpolation?: ChosenPreprocessing['resample']
  readonly channels?: ChosenPreprocessing['channelOrder']
}

export function addStepOptions(command: Command): Command {
  return command
    .option('--resize <size>', 'shorter side to so many pixels, or exactly <width>x<height>, or none', parseResize)
    .option('--crop <size>', 'the centre, so many pixels wide and high or <width>x<height>, or none', parseCrop)
    .option('--rescale <factor>', 'what values of 0 to 255 are multiplied by: 1, 1/255, 1/127.5 …', parseFactor)
    .option('--mean <r,g,b>', 'taken off after that; one number serves all three', parseTriple)
    .option('--std <r,g,b>', 'divided by after that; one number serves all three', parseTriple)
    .addOption(new Option('--interpolation <filter>', 'how images are resized').choices(resampleFilters))
    .addOption(new Option('--channels <order>', 'order of the colours').choices(['rgb', 'bgr']))
}

/** Of the tensor, where the graph leaves it open. */
export function layoutOption(): Option {
  return new Option('--layout <layout>', 'order of the input’s dimensions, where the graph leaves it open').choices(
    tensorLayouts,
  )
}

export function isAnyStepGiven(flags: StepFlags): boolean {
  return ['resize', 'crop', 'rescale', 'mean', 'std', 'interpolation', 'channels'].some((key) => key in flags)
}

/** The steps of `base` with those of the flags in their place. */
export function changeSteps(base: ChosenPreprocessing, flags: StepFlags): ChosenPreprocessing {
  return {
    ...base,
    ...(flags.resize === undefined ? {} : { resize: flags.resize === 'none' ? null : flags.resize }),
    ...(flags.crop === undefined ? {} : { crop: flags.crop === 'none' ? null : { ...base.crop, ...flags.crop } }),
    ...(flags.rescale === undefined ? {} : { rescale: flags.rescale }),
    ...(flags.mean === undefined ? {} : { mean: flags.mean }),
    ...(flags.std === undefined ? {} : { std: flags.std }),
    ...(flags.interpolation === undefined ? {} : { resample: flags.interpolation }),
    ...(flags.channels === undefined ? {} : { channelOrder: flags.channels }),
  }
}

/** Steps written out on the command line, as `steps` of “foible models --json”. Throws `usage`. */
export function parseSteps(text: string): ChosenPreprocessing {
  const parsed = preprocessingSchema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new FoibleError(
    'usage',
    `--preprocessing: “${issue?.path.join('.') ?? ''}” is not what it should be (${issue?.message ?? 'unknown'}).`,
    { part: issue?.path.join('.') ?? '' },
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new FoibleError('usage', '--preprocessing takes a file, or the steps as JSON.', {}, { cause })
  }
}

function parseResize(text: string): StepFlags['resize'] {
  if (text === 'none') return 'none'
  const sides = parseSides(text)
  return sides.length === 1 ? { kind: 'shortest-edge', size: sides[0]! } : { kind: 'exact', ...asSize(sides) }
}

function parseCrop(text: string): StepFlags['crop'] {
  return text === 'none' ? 'none' : asSize(parseSides(text))
}

function asSize([width = 0, height = width]: readonly number[]): Size {
  return { width, height }
}

function parseSides(text: string): number[] {
  const sides = text.split('x').map(Number)
  if (sides.length <= 2 && sides.every((side) => Number.isInteger(side) && side > 0)) return sides
  throw new InvalidArgumentError('It must be a number of pixels, <width>x<height>, or none.')
}

function parseFactor(text: string): number {
  const [above = Number.NaN, below = 1, ...more] = text.split('/').map(toNumber)
  const factor = above / below
  if (more.length === 0 && Number.isFinite(factor) && factor !== 0) return factor
  throw new InvalidArgumentError('It must be a number or a fraction such as 1/255, and not 0.')
}

function parseTriple(text: string): Triple {
  const [r = Number.NaN, g = r, b = r, ...more] = text.split(',').map(toNumber)
  const isWhole = !/,/.test(text) || text.split(',').length === 3
  if (isWhole && more.length === 0 && [r, g, b].every(Number.isFinite)) return [r, g, b]
  throw new InvalidArgumentError('It must be three numbers separated by commas, or one.')
}

/** An empty text is no 0. */
function toNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}
