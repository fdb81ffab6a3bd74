// Texts that came from data, cut to what somebody may read.

/** The text itself, or its beginning and an ellipsis, `length` UTF-16 units at most. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}

/** As `shorten`, with the end kept as well: what is to be done stands at the end of a sentence. */
export function shortenMiddle(text: string, length: number): string {
  if (text.length <= length) return text
  const end = Math.floor(length / 2)
  return `${text.slice(0, length - end - 1)}…${text.slice(text.length - end)}`
}
