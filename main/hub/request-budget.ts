// How many files may still be asked for: the Hub allows so many `/resolve/` requests in five minutes, and who exceeds that is
// shut out. Keeps count on this side, learns from what the Hub says, and keeps some back for what is looked at. Knows no clock.
import { readRateLimit } from './rate-limit.ts'

const defaultWindowMs = 300_000
/** Without and with an account: https://huggingface.co/docs/hub/rate-limits */
const requestsOfStrangers = 3000
const requestsOfUsers = 5000
/** The share that only urgent requests may use. */
const reservedShare = 0.1

export class RequestBudget {
  #learned: { readonly requests: number; readonly windowMs: number } | null = null
  /** The Hub's own count, which includes what other programs behind this address ask for. */
  #said: { left: number; readonly resetAt: number } | null = null
  /** Times of the requests of the last window, ascending, from `#first` on. */
  #sent: number[] = []
  #first = 0

  /** Milliseconds from `now` (ms) until a request may be sent; 0: at once. */
  computeWait(urgent: boolean, hasToken: boolean, now: number): number {
    const { requests, windowMs } = this.#policy(hasToken)
    this.#forget(now, windowMs)
    const reserve = urgent ? 0 : Math.ceil(requests * reservedShare)
    const allowed = Math.max(1, requests - reserve)
    const count = this.#sent.length - this.#first
    const own = count < allowed ? 0 : this.#sent[this.#sent.length - allowed]! + windowMs - now
    const said = this.#said !== null && this.#said.left <= reserve ? this.#said.resetAt - now : 0
    return Math.max(0, own, said)
  }

  /** One request is being sent. */
  spend(now: number): void {
    this.#sent.push(now)
    if (this.#said !== null) this.#said.left--
  }

  /** Takes in what an answer to such a request says. */
  learn(headers: Headers, now: number): void {
    const { left, policy } = readRateLimit(headers)
    if (policy !== null) this.#learned = policy
    if (left === null) return
    const resetAt = now + left.resetMs
    // Answers overtake each other: within one window the lower count is the newer one.
    const isSameWindow = this.#said !== null && Math.abs(resetAt - this.#said.resetAt) < 2000
    this.#said = { left: isSameWindow ? Math.min(this.#said!.left, left.requests) : left.requests, resetAt }
  }

  /** Another account has other limits. */
  reset(): void {
    this.#learned = null
    this.#said = null
  }

  #policy(hasToken: boolean) {
    return this.#learned ?? { requests: hasToken ? requestsOfUsers : requestsOfStrangers, windowMs: defaultWindowMs }
  }

  #forget(now: number, windowMs: number): void {
    if (this.#said !== null && this.#said.resetAt <= now) this.#said = null
    while (this.#first < this.#sent.length && this.#sent[this.#first]! <= now - windowMs) this.#first++
    if (this.#first < 1000) return
    this.#sent = this.#sent.slice(this.#first)
    this.#first = 0
  }
}
