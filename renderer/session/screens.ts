// The names of the screens of a dataset, as they stand in links and saved views.

export const screenIds = ['overview', 'gallery', 'table', 'slices', 'confusion', 'models', 'review'] as const
export type ScreenId = (typeof screenIds)[number]

export function isScreenId(text: string): text is ScreenId {
  return screenIds.some((id) => id === text)
}
